import type { AssetId, Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'

/** Owed, being sent by a payout, or at the payer's. A payout that fails has it owed again. */
export type RefundState = 'awaiting_payout' | 'sending' | 'sent'

/** Money owed back to a payer; it lies in `refunds.payable` until a payout sends it. */
export type Refund = Readonly<{
  refundId: string
  exceptionId: string
  paymentId: string | undefined
  depositId: string
  asset: AssetId
  units: Units
  /** Where to; absent as long as nobody said. */
  address: string | undefined
  state: RefundState
  /** The last payout that was begun for it. */
  payoutId: string | undefined
  /** Why it was not sent. */
  problem: string | undefined
  txHash: string | undefined
  createdAt: Instant
}>
