import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import type { AssetId } from '../money/units.ts'
import {
  findRefund,
  followRefund,
  lockOwedRefund,
  refundsOfException,
} from '../payments/refunds.action.ts'
import type { Refund } from '../payments/refund.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { createPayouts, prepareOrder, type CreateCtx } from './create-payouts.action.ts'
import { judgeAddress } from './own-destinations.action.ts'
import type { PrepareCtx, PreparedOrder } from './prepare-payouts.action.ts'
import type { FeeQuote } from './fee-quote.ts'
import { currentFeeQuote } from './fee-quote.action.ts'
import type { Payout } from './payout.ts'
import { contentOf, type PayoutOrder } from './payout-request.ts'
import { readPolicyToJudge } from './policy.store.ts'
import { termsOf } from './prepared-payout.ts'

/** Who has a refund sent, and where to. */
type Sending = Readonly<{ initiator: string; address: string }>

// The fee is taken off what the payer gets: it was he who paid otherwise than he was asked to, and
// the organization keeps nothing of it.
const orderOf = (refund: Refund, { initiator, address }: Sending): PayoutOrder => ({
  kind: 'refund',
  initiator,
  rows: [
    {
      amount: formatUnits(refund.units, knownAsset(refund.asset).decimals),
      currency: refund.asset,
      network: undefined,
      quoteId: undefined,
      destination: address,
      externalId: undefined,
      customerId: undefined,
      metadata: '{}',
      sourceId: refund.refundId,
      source: { purpose: 'refunds.payable' },
    },
  ],
})

/** A refund that may be sent. */
export type PreparedRefund = Readonly<{ refundId: string; address: string; order: PreparedOrder }>

/**
 * Looks whether a refund can be sent to an address.
 *
 * @throws payments.refund_unknown, payments.refund_under_way, and what `prepareOrder` does
 */
export async function prepareRefund(
  ctx: PrepareCtx,
  book: Book,
  { refundId, ...sending }: Sending & Readonly<{ refundId: string }>,
): Promise<PreparedRefund> {
  const refund = await findRefund(ctx.db, book, refundId)
  if (refund.state !== 'awaiting_payout') {
    throw new AppError('payments.refund_under_way', { id: refundId, state: refund.state })
  }
  const order = await prepareOrder(ctx, book, orderOf(refund, sending))
  return { refundId, address: sending.address, order }
}

/** Begins to send a refund. @throws payments.refund_under_way, and what `createPayouts` does */
export async function sendRefund(
  ctx: CreateCtx,
  dbTx: DbTx,
  { book, refund }: Readonly<{ book: Book; refund: PreparedRefund }>,
): Promise<Payout> {
  const { address, refundId } = refund
  await lockOwedRefund(dbTx, book, refundId)
  const created = await createPayouts(ctx, dbTx, { book, prepared: refund.order })
  if (created.kind !== 'payout') throw new Error('a refund is one payout')
  const { payoutId } = created.payout
  await followRefund(ctx, dbTx, { book, refundId, step: { kind: 'begun', payoutId, address } })
  return created.payout
}

/** How refunds of an asset would be sent now. */
type RefundQuote = Readonly<{
  /** The address's canonical form. */
  destination: string
  /** What it costs, or why that cannot be said. */
  quote: FeeQuote | AppError
}>

/** How refunds of each asset would be sent now. */
export type RefundQuotes = Readonly<{
  address: string
  quotes: ReadonlyMap<AssetId, RefundQuote>
}>

/**
 * Reads what sending refunds needs before the dbTx in which they arise.
 *
 * @throws payouts.destination_invalid, payouts.destination_is_token, payouts.destination_is_ours
 */
export async function quoteRefunds(
  ctx: PrepareCtx,
  book: Book,
  { address, assets }: Readonly<{ address: string; assets: readonly AssetId[] }>,
): Promise<RefundQuotes> {
  const quotes = new Map<AssetId, RefundQuote>()
  for (const asset of assets) {
    const destination = await judgeAddress(ctx, book, { asset: knownAsset(asset), address })
    const quote = await currentFeeQuote(ctx, book, asset).catch(asRefusal)
    quotes.set(asset, { destination, quote })
  }
  return { address, quotes }
}

function asRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}

/**
 * Waits until refunds of a book may be judged. Asked before the decision that leads to them: it
 * books, and whoever judges payouts has the policy before he holds money.
 */
export const awaitPolicy = async (dbTx: DbTx, { bookId }: Book): Promise<void> =>
  void (await readPolicyToJudge(dbTx, bookId))

/**
 * Begins to send the refunds that a decision led to. One that cannot be sent now stays owed and
 * says why: the decision stands all the same.
 *
 * @throws what the policy refuses, ledger.insufficient_balance
 */
export async function sendRefundsOf(
  ctx: CreateCtx,
  dbTx: DbTx,
  asked: Readonly<{ book: Book; initiator: string; exceptionId: string; quoted: RefundQuotes }>,
): Promise<void> {
  const { book, quoted, exceptionId } = asked
  for (const refund of await refundsOfException(dbTx, book, exceptionId)) {
    if (refund.state !== 'awaiting_payout' || refund.payoutId !== undefined) continue
    const { refundId } = refund
    const sending = { initiator: asked.initiator, address: quoted.address }
    const order = orderNow(refund, sending, quoted.quotes.get(refund.asset))
    if (order instanceof AppError) {
      const step = { kind: 'not_begun', problem: order.message } as const
      await followRefund(ctx, dbTx, { book, refundId, step })
    } else if (order !== undefined) {
      await sendRefund(ctx, dbTx, { book, refund: { refundId, address: quoted.address, order } })
    }
  }
}

function orderNow(
  refund: Refund,
  sending: Sending,
  quoted: RefundQuote | undefined,
): PreparedOrder | AppError | undefined {
  if (quoted === undefined) return undefined
  const { quote, destination } = quoted
  if (quote instanceof AppError) return quote
  const order = orderOf(refund, sending)
  const [asked] = order.rows
  if (asked === undefined) throw new Error('a refund is one row')
  const asset = knownAsset(refund.asset)
  const contentHash = contentOf('refund', asked, { asset, units: refund.units })
  try {
    const terms = termsOf(asset, refund.units, quote)
    const one = { asked, contentHash, asset, units: refund.units, destination, ...terms }
    return { kind: 'new', order, contentHash, payouts: [one] }
  } catch (error) {
    return asRefusal(error)
  }
}
