import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import { readDeposits } from './deposit.store.ts'
import type { ExceptionCase } from './exception-case.ts'
import { exceptionSnapshot, type CaseContext } from './exception-snapshot.ts'
import { readCases } from './exception.store.ts'
import type { CaseFilter, PaymentFilter } from './list-filter.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { listCaseIds, listPaymentIds } from './list.store.ts'
import { EMAIL_PURPOSE } from './open-payment.action.ts'
import { isId } from '../shell/object-id.ts'
import { holderOf, type Payment } from './payment-record.ts'
import type { Face } from './payment.ts'
import { readPayments } from './payment.store.ts'
import { readRefunds } from './refund.store.ts'
import { depositsOf } from './sync-cases.action.ts'
import { nobodysHolder } from './take-deposit.action.ts'

/** What reading needs; `db` may be a dbTx. */
type Ctx = Readonly<{ db: Queryable }>

/** One page of a list. */
export type Listed<Item> = Readonly<{
  items: readonly Item[]
  total: number
  next: string | undefined
}>

/** An exception as it is told. */
export type ExceptionView = ReturnType<typeof exceptionSnapshot>

/**
 * A payment of this book, of any face or of the one that is asked for.
 *
 * @throws payments.payment_unknown, also for ids of other books and faces
 */
export async function findPayment(
  ctx: Ctx,
  book: Book,
  wanted: Readonly<{ id: string; face?: Face }>,
): Promise<Payment> {
  // What cannot be an id is not asked for: a text may hold what the database has no place for.
  const ids = isId(wanted.id) ? [wanted.id] : []
  const [payment] = await readPayments(ctx.db, book.bookId, ids)
  const isWanted = wanted.face === undefined || payment?.face === wanted.face
  if (payment === undefined || !isWanted) {
    throw new AppError('payments.payment_unknown', { id: wanted.id })
  }
  return payment
}

/** Payments of this book, newest first. @throws payments.place_unknown */
export async function listPayments(
  ctx: Ctx,
  book: Book,
  list: Readonly<{ filter: PaymentFilter; place: ListPlace }>,
): Promise<Listed<Payment>> {
  const { ids, total, next } = await listPaymentIds(ctx.db, book.bookId, list)
  return { items: await readPayments(ctx.db, book.bookId, ids), total, next }
}

/** The mail address that came with an invoice; null without one. */
export const emailOf = (ctx: Pick<ShellCtx, 'sealer'>, payment: Payment): string | null =>
  payment.sealedEmail === undefined ? null : ctx.sealer.open(EMAIL_PURPOSE, payment.sealedEmail)

/** An exception of this book. @throws payments.exception_unknown */
export async function findException(ctx: Ctx, book: Book, id: string): Promise<ExceptionView> {
  const ids = isId(id) ? [id] : []
  const [view] = await viewsOf(ctx, book, await readCases(ctx.db, book.bookId, ids))
  if (view === undefined) throw new AppError('payments.exception_unknown', { id })
  return view
}

/** Exceptions of this book, newest first. @throws payments.place_unknown */
export async function listExceptions(
  ctx: Ctx,
  book: Book,
  list: Readonly<{ filter: CaseFilter; place: ListPlace }>,
): Promise<Listed<ExceptionView>> {
  const { ids, total, next } = await listCaseIds(ctx.db, book.bookId, list)
  const cases = await readCases(ctx.db, book.bookId, ids)
  return { items: await viewsOf(ctx, book, cases), total, next }
}

async function viewsOf(
  { db }: Ctx,
  { bookId }: Book,
  cases: readonly ExceptionCase[],
): Promise<readonly ExceptionView[]> {
  if (cases.length === 0) return []
  const paymentIds = cases.flatMap((one) => one.paymentId ?? [])
  const loose = cases.flatMap((one) => (one.paymentId === undefined ? (one.depositId ?? []) : []))
  const payments = await readPayments(db, bookId, [...new Set(paymentIds)])
  const deposits = await readDeposits(db, bookId, loose)
  const refunds = await readRefunds(
    db,
    bookId,
    cases.map((one) => one.exceptionId),
  )
  return cases.map((one) => {
    const payment = payments.find(({ paymentId }) => paymentId === one.paymentId)
    const holder = payment === undefined ? nobodysHolder(deposits) : holderOf(payment)
    const context: CaseContext = {
      payment,
      deposits: depositsOf(one, holder),
      refunds: refunds.filter(({ exceptionId }) => exceptionId === one.exceptionId),
    }
    return exceptionSnapshot(one, context)
  })
}
