import type { Units } from '../money/units.ts'

/** Coins of final deposits that lie at an address of ours outside of the treasury. */
export type Holding = Readonly<{
  address: string
  path: string
  /** Whose address it is: a payment, a wallet, a top-up. */
  ownerId: string
  units: Units
  depositIds: readonly string[]
}>
