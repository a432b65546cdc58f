import type { Chains } from '../custody/chains.ts'
import { requestScan } from '../custody/request-scan.action.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { knownAsset } from '../money/registry.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { holderOf, type Payment, type QuotedOption } from './payment-record.ts'
import { assetsAllowedBy } from './payment-request.ts'
import { lockPayment } from './payment.store.ts'
import { findPayment } from './read-payments.action.ts'
import { settle, type SettleCtx } from './settle.action.ts'
import { optionStatus, transactionOf } from './snapshot.ts'

/** A payer's "I have paid", for a checkout session. */
export type Claim = Readonly<{
  book: Book
  paymentId: string
  /** A code or an alias of what was sent. */
  currency: string
}>

/** What can be said to a claim. */
export type ClaimAnswer = Readonly<{
  status: 'pending' | 'confirming' | 'confirmed' | 'failed'
  message: string
  wallets: readonly Readonly<{ currency: string; status: string; tx_hash: string | null }>[]
}>

/** What hearing a claim needs. */
export type HearCtx = Pick<ShellCtx, 'db' | 'clock'> & Readonly<{ chains: Chains }>

/**
 * Has the chains looked at on which the payer says it was paid; before the dbTx that records it.
 *
 * @throws payments.payment_unknown, payments.asset_not_offered
 */
export async function hearClaim(ctx: HearCtx, claim: Claim): Promise<void> {
  const { book, paymentId: id } = claim
  const payment = await findPayment(ctx, book, { id, face: 'checkout' })
  const claimed = claimedOptions(payment, claim.currency)
  for (const chain of new Set(claimed.map((option) => knownAsset(option.asset).chain))) {
    await requestScan(ctx, book, chain)
  }
}

/**
 * Records that the payer says it was paid. A claim is a hint: it books nothing, and whatever it
 * says, only the chain makes a payment confirmed. From the first one on the payment is watched for
 * 24 hours, and fails only when nothing came by then.
 *
 * @throws payments.payment_unknown, payments.asset_not_offered
 */
export async function claimPayment(
  ctx: SettleCtx,
  dbTx: DbTx,
  { book, paymentId, currency }: Claim,
): Promise<ClaimAnswer> {
  const payment = await lockPayment(dbTx, book.bookId, paymentId)
  if (payment === undefined || payment.face !== 'checkout') {
    throw new AppError('payments.payment_unknown', { id: paymentId })
  }
  const claimed = claimedOptions(payment, currency)
  const assets = claimed.map((option) => option.asset)
  const isOver = payment.status === 'confirmed' || payment.status === 'failed'
  const isKnown = assets.every((asset) => payment.claimedAssets.includes(asset))
  if (isOver || isKnown) return answerTo(payment, claimed)
  const claimedAt = payment.facts.claimedAt ?? bookNow(ctx.clock, book)
  const after = await settle(ctx, dbTx, {
    book,
    holder: holderOf(payment),
    transition: { facts: { ...payment.facts, claimedAt }, moves: [] },
    claimedAssets: [...new Set([...payment.claimedAssets, ...assets])],
  })
  return answerTo(after.payment ?? payment, claimed)
}

function claimedOptions(payment: Payment, currency: string): readonly QuotedOption[] {
  const meant = assetsMeant(currency)
  const options = payment.options.filter((option) => meant.includes(option.asset))
  if (options.length > 0) return options
  const choices = payment.options.map((option) => knownAsset(option.asset).code)
  throw new AppError('payments.asset_not_offered', { currency, choices })
}

// A word that is no currency at all was not offered either: the choices help more than a lecture.
function assetsMeant(currency: string): readonly string[] {
  try {
    return assetsAllowedBy(currency).map((asset) => asset.id)
  } catch (error) {
    if (isError(error, 'money.unknown_currency')) return []
    throw error
  }
}

const MESSAGES = {
  pending: 'No payment was seen yet. It is looked for during the next 24 hours.',
  confirming: 'A payment was seen. It waits for its confirmations.',
  confirmed: 'The payment is confirmed.',
  failed: 'No payment was found within 24 hours.',
} as const

function answerTo(payment: Payment, claimed: readonly QuotedOption[]): ClaimAnswer {
  const { status: now } = payment
  const status = now === 'awaiting' || now === 'expired' ? 'pending' : now
  return {
    status,
    message: MESSAGES[status],
    wallets: claimed.map((option) => ({
      currency: knownAsset(option.asset).code,
      status: status === 'pending' ? 'pending' : optionStatus(payment, option),
      tx_hash: transactionOf(payment, [option.asset]),
    })),
  }
}
