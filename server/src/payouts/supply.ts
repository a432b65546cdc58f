import type { AssetId, Units } from '../money/units.ts'

/** What a dispatch is about to take from the treasury's key. */
export type SupplyNeed = Readonly<{
  asset: AssetId
  /** All that is paid out together, in the asset; > 0. */
  units: Units
  /** The limit of its fee, in the chain's coin. */
  feeMax: Units
}>

/** Coins that were there for a dispatch, as long as others were promised no more than is left. */
export type Spare = Readonly<{
  asset: AssetId
  /** What it takes of them; > 0. */
  takes: Units
  /** What could be spent when it was asked. */
  there: Units
  /** What had been promised to anybody by then. */
  promised: Units
}>

/** Everything is there. Nothing is set aside by that: `takeSupply` does it. */
export type Supplied = Readonly<{ waitsFor: 'nothing'; spares: readonly Spare[] }>

/**
 * Something is not there. `gathering`: coins are on their way from deposit addresses; `gas`: the
 * chain's coin for the fee is missing, or on its way in a sandbox; `coins`: nothing of ours that
 * could be brought would be enough; `others`: more waits for blocks than is good; `operator`:
 * something does not work, and whoever runs this has to look.
 */
export type Unsupplied = Readonly<{
  waitsFor: 'gathering' | 'gas' | 'coins' | 'others' | 'operator'
  /** A sentence for whoever has to do something about it. */
  problem: string
}>

/** Whether a dispatch can be sent now. */
export type Supply = Supplied | Unsupplied
