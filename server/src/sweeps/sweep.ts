import type { EventType } from '../events/event-types.ts'
import type { AssetId, ChainId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'

/** One address of a sweep. */
export type SweepLeg = Readonly<{
  address: string
  path: string
  units: Units
  /** Who caused it: the payment, wallet or top-up whose address it is. */
  ownerId: string
  depositIds: readonly string[]
  /** Its part of what was paid; absent until then. */
  feeShare: Units | undefined
}>

/** A sweep that was begun. */
export type Sweep = Readonly<{
  sweepId: string
  bookId: BookId
  chain: ChainId
  asset: AssetId
  treasury: string
  state: 'sending' | 'completed' | 'failed'
  problem: string | undefined
  /** In the chain's coin. */
  estimatedFee: Units
  fee: Units | undefined
  txHash: string | undefined
  createdAt: Instant
  endedAt: Instant | undefined
  legs: readonly SweepLeg[]
}>

/** The event that each state is told by. */
export const SWEEP_EVENTS = {
  sending: 'sweep.created',
  completed: 'sweep.completed',
  failed: 'sweep.failed',
} as const satisfies Record<Sweep['state'], EventType>
