import type { PendingRef } from '../ledger/transfer.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Unsupplied } from './supply.ts'

/** Whose money goes out: the organization's, a customer wallet's, or what is owed to a payer. */
export type PayoutKind = 'payout' | 'withdrawal' | 'refund'

/**
 * How far a payout is, as everybody sees it. `completed`, `failed` and `canceled` are ends, and
 * after the last two the money is where it was.
 *
 * | from | to | when |
 * | --- | --- | --- |
 * | – | `pending_verification` | something is required of somebody first |
 * | – | `processing` | nothing is |
 * | `pending_verification` | `processing` | all that was required was given |
 * | `pending_verification` | `canceled` | it was refused, took too long, or was called back |
 * | `processing` | `canceled` | it was called back before a transaction was planned for it |
 * | `processing` | `completed` | its transaction is final and did what it was made for |
 * | `processing` | `failed` | it is proved that no transaction moved the money, nor ever will |
 */
export type PayoutStatus =
  'pending_verification' | 'processing' | 'completed' | 'failed' | 'canceled'

/** What can be asked for before a payout is sent: a code by mail, or somebody else's approval. */
export type Requirement = 'otp' | 'approval'

/** A price as it was when something was decided by it; `usd` is the exact text of dollars. */
export type StoredPrice = Readonly<{ usd: string; at: Instant }>

/** Money that is to leave, as it is stored. */
export type Payout = Readonly<{
  /** `po_…` */
  payoutId: string
  bookId: BookId
  kind: PayoutKind
  /** The wallet or the refund; absent for the organization's own money. */
  sourceId: string | undefined
  batchId: string | undefined
  /** The caller's name for it, unique in the book for ever. */
  externalId: string | undefined
  asset: AssetId
  /** What is taken from the source, fee included. */
  units: Units
  /** What is kept of it as the fee: the network's part as estimated and the service's. */
  feeUnits: Units
  /** What arrives: `units − feeUnits`, above 0. */
  netUnits: Units
  quoteId: string
  /** The most that the chain may take for it, in its coin. */
  feeMax: Units
  /** Absent where there was no price. */
  price: StoredPrice | undefined
  /** What `units` were worth, in whole cents rounded down; 0 without a price. */
  worthCents: bigint
  destination: string
  customerId: string | undefined
  /** JSON text as it was sent. */
  metadata: string
  /** Who asked for it: the id of an API key or of a person. */
  initiator: string
  /** The ledger's hold on `units` of the source. */
  hold: PendingRef
  status: PayoutStatus
  /** Why it ended without money going out, or what it waits for. */
  problem: string | undefined
  /** What is missing before it can be dispatched; absent: nothing is known to be. */
  waitsFor: Unsupplied['waitsFor'] | undefined
  dispatchId: string | undefined
  txHash: string | undefined
  /** Its part of what the chain took, in the chain's coin; absent until it ended on the chain. */
  networkFee: Units | undefined
  createdAt: Instant
  endedAt: Instant | undefined
}>

/** Whether a payout is at its end. */
export const isEnded = ({ status }: Pick<Payout, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'canceled'
