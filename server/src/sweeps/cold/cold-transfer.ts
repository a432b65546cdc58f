import type { EventType } from '../../events/event-types.ts'
import type { AssetId, ChainId, Units } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'

/** Coins on their way from the treasury to a cold wallet, or there. */
export type ColdTransfer = Readonly<{
  /** `cold_…` */
  transferId: string
  bookId: BookId
  chain: ChainId
  asset: AssetId
  /** Which of its book and asset, from 1. */
  nth: number
  treasury: string
  /** Of the cold wallet. */
  address: string
  units: Units
  state: 'sending' | 'completed' | 'failed'
  problem: string | undefined
  /** In the chain's coin. */
  estimatedFee: Units
  fee: Units | undefined
  txHash: string | undefined
  createdAt: Instant
  endedAt: Instant | undefined
}>

/** The event that each state is told by. */
export const COLD_EVENTS = {
  sending: 'cold.transfer.created',
  completed: 'cold.transfer.completed',
  failed: 'cold.transfer.failed',
} as const satisfies Record<ColdTransfer['state'], EventType>

/** How a transfer ended; `units` are those that were sent. */
export type ColdEnd =
  | Readonly<{ kind: 'failed'; problem: string; at: Instant }>
  | Readonly<{ kind: 'completed'; txHash: string; units: Units; fee: Units; at: Instant }>
