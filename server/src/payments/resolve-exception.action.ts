import { AppError } from '../errors/app-error.ts'
import type { Chains } from '../custody/chains.ts'
import { knownAsset } from '../money/registry.ts'
import { mulDiv } from '../money/rounding.ts'
import { formatUnits } from '../money/amount.ts'
import { units, type AssetId } from '../money/units.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { lockDeposits, readDeposits } from './deposit.store.ts'
import type { ExceptionCase } from './exception-case.ts'
import { VERBS_OF, type Verb } from './exception.ts'
import { pricesText } from './exception-snapshot.ts'
import { lockCase, readCases } from './exception.store.ts'
import { outstandingLoss } from '../custody/outstanding-loss.action.ts'
import { holderOf, type Holder } from './payment-record.ts'
import type { Option } from './payment.ts'
import { lockPayment, readPayments } from './payment.store.ts'
import { quoteToday, type QuoteCtx } from './quote-payment.action.ts'
import { readRefunds } from './refund.store.ts'
import { settle, type SettleCtx } from './settle.action.ts'
import { nobodysHolder } from './take-deposit.action.ts'
import { applyVerb, partsOf, type Move } from './transition.ts'
import type { Share } from './share.ts'

/** What somebody decided about an exception. */
export type Ruling = Readonly<{
  exceptionId: string
  verb: Verb
  /** For `credit`: whose wallet gets the coins; absent: the merchant's balance. */
  customerId: string | undefined
  /** For `refund`: where to send it, as far as it is known already. */
  address: string | undefined
}>

/** A decision with what the case is about, and today's prices where it needs them. */
export type PreparedRuling = Ruling &
  Readonly<{
    assets: readonly AssetId[]
    today: readonly Option[]
    /** Those prices as they are kept; absent where none was needed. */
    prices: string | undefined
  }>

/**
 * Reads what a decision needs from other rooms, before the dbTx that carries it out.
 *
 * @throws payments.exception_unknown, rates.rate_unavailable, payments.refund_address_invalid
 */
export async function prepareRuling(
  ctx: QuoteCtx,
  book: Book,
  ruling: Ruling,
): Promise<PreparedRuling> {
  const { db } = ctx
  const [one] = await readCases(db, book.bookId, [ruling.exceptionId])
  if (one === undefined) throw unknown(ruling)
  const holder = await readHolder(db, book, one)
  const assets = [...new Set(partsOf(holder.facts, one).map((part) => part.asset))]
  if (ruling.address !== undefined) {
    for (const asset of assets) checkAddress(ctx, book, { address: ruling.address, asset })
  }
  const { payment } = holder
  if (ruling.verb !== 'reprice' || payment === undefined) {
    return { ...ruling, assets, today: [], prices: undefined }
  }
  const { currency, price } = payment
  const quoted = await quoteToday(ctx, book, { currency, price, assets })
  const prices = pricesText({ currency, ...quoted })
  return { ...ruling, assets, today: quoted.options, prices }
}

/**
 * Carries out a decision on an exception. It is made once: the same decision again answers the same
 * and changes nothing, another one is refused. Of two at the same time one waits for the other.
 *
 * @throws payments.exception_unknown, payments.exception_resolved, payments.verb_not_applicable,
 *   payments.still_too_little, ledger.insufficient_balance (a loss that is more than there is)
 */
export async function resolveException(
  ctx: SettleCtx,
  dbTx: DbTx,
  { book, ruling }: Readonly<{ book: Book; ruling: PreparedRuling }>,
): Promise<void> {
  const { verb, customerId, exceptionId } = ruling
  const [found] = await readCases(dbTx, book.bookId, [exceptionId])
  if (found === undefined) throw unknown(ruling)
  // The payment's lock comes first everywhere; under it nobody else changes the case.
  const holder = await lockHolder(dbTx, book, found)
  const one = await lockCase(dbTx, book.bookId, exceptionId)
  if (one === undefined) throw unknown(ruling)
  if (one.resolution !== undefined) {
    if (await isSameDecision(dbTx, book, { case: one, ruling })) return
    const { by } = one.resolution
    throw new AppError('payments.exception_resolved', { id: exceptionId, resolution: by })
  }
  const choices = VERBS_OF[one.kind]
  if (!choices.includes(verb)) {
    throw new AppError('payments.verb_not_applicable', { verb, kind: one.kind, choices })
  }
  const resolution = { verb, customerId, today: ruling.today }
  const applied = applyVerb(holder.terms, holder.facts, { item: one, resolution })
  if (applied.kind === 'too_little') {
    throw new AppError('payments.still_too_little', { percent: percentOf(applied.share) })
  }
  const moves = [...applied.moves, ...(await lossMoves(dbTx, book, { case: one, verb }))]
  await settle(ctx, dbTx, {
    book,
    holder,
    transition: { facts: applied.facts, moves },
    decision: {
      case: one,
      resolution: { by: verb, customerId, prices: ruling.prices, at: bookNow(ctx.clock, book) },
      refundAddress: ruling.address,
    },
  })
}

async function isSameDecision(
  dbTx: DbTx,
  { bookId }: Book,
  asked: Readonly<{ case: ExceptionCase; ruling: Ruling }>,
): Promise<boolean> {
  const { verb, customerId, address } = asked.ruling
  const { exceptionId, resolution } = asked.case
  if (resolution?.by !== verb || resolution.customerId !== customerId) return false
  const refunds = await readRefunds(dbTx, bookId, [exceptionId])
  return address === undefined || refunds.every((refund) => refund.address === address)
}

// Who accepts a loss pays for what was spent of coins that are gone.
async function lossMoves(
  dbTx: DbTx,
  { bookId }: Book,
  accepted: Readonly<{ case: ExceptionCase; verb: Verb }>,
): Promise<readonly Move[]> {
  const { kind, depositId } = accepted.case
  if (kind !== 'reverted' || accepted.verb !== 'accept' || depositId === undefined) return []
  const [deposit] = await readDeposits(dbTx, bookId, [depositId])
  const owed = await outstandingLoss(dbTx, bookId, depositId)
  if (deposit === undefined || owed <= 0n) return []
  const { asset } = deposit.part
  return [{ depositId, asset, units: owed, from: 'merchant.available', to: 'receivable.reverted' }]
}

const unknown = ({ exceptionId }: Ruling): AppError =>
  new AppError('payments.exception_unknown', { id: exceptionId })

async function readHolder(db: Queryable, book: Book, one: ExceptionCase): Promise<Holder> {
  if (one.paymentId === undefined) {
    const ids = one.depositId === undefined ? [] : [one.depositId]
    return nobodysHolder(await readDeposits(db, book.bookId, ids))
  }
  const [payment] = await readPayments(db, book.bookId, [one.paymentId])
  if (payment === undefined) throw new Error(`${one.exceptionId} is about no payment`)
  return holderOf(payment)
}

async function lockHolder(dbTx: DbTx, book: Book, one: ExceptionCase): Promise<Holder> {
  if (one.paymentId === undefined) {
    const ids = one.depositId === undefined ? [] : [one.depositId]
    return nobodysHolder(await lockDeposits(dbTx, book.bookId, ids))
  }
  const payment = await lockPayment(dbTx, book.bookId, one.paymentId)
  if (payment === undefined) throw new Error(`${one.exceptionId} is about no payment`)
  return holderOf(payment)
}

function checkAddress(
  ctx: Readonly<{ chains: Chains }>,
  book: Book,
  { address, asset }: Readonly<{ address: string; asset: Option['asset'] }>,
): void {
  const { chain, network } = knownAsset(asset)
  const check = ctx.chains.of(book, chain)?.adapter.checkAddress(address)
  if (check === undefined || check.kind === 'valid') return
  const problem = check.reason
  throw new AppError('payments.refund_address_invalid', { address, network, problem })
}

// Hundredths of a percent, cut: 99.999 % must not read as 100.
const percentOf = ({ paid, of }: Share): string =>
  formatUnits(units(mulDiv(paid, { numerator: 10_000n, denominator: of }, 'down')), 2)
