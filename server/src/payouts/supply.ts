import type { AssetId, Units } from '../money/units.ts'

/** What a dispatch is about to take from the treasury's key. */
export type SupplyNeed = Readonly<{
  asset: AssetId
  /** All that is paid out together, in the asset; > 0. */
  units: Units
  /** The limit of its fee, in the chain's coin. */
  feeMax: Units
}>

/**
 * Whether a dispatch can be sent now. `gathering`: coins are on their way from deposit addresses;
 * `gas`: the chain's coin for the fee is missing, or on its way in a sandbox; `coins`: nothing of
 * ours that could be brought would be enough.
 */
export type Supply =
  | 'ready'
  | Readonly<{
      waitsFor: 'gathering' | 'gas' | 'coins'
      /** A sentence for whoever has to do something about it. */
      problem: string
    }>
