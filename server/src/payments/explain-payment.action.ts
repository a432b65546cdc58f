import { AppError } from '../errors/app-error.ts'
import { readNotes } from '../events/read-notes.action.ts'
import type { DepositStory } from '../explain/deposit-facts.ts'
import type { Explanation } from '../explain/explanation.ts'
import { entriesOf, storiesOf } from '../explain/read-facts.action.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { isId } from '../shell/object-id.ts'
import { bookTimeOf } from '../tenancy/book-time.action.ts'
import { readCaseIdsOf } from './case-history.store.ts'
import { readDeposits, readDepositsOf } from './deposit.store.ts'
import type { ExceptionCase } from './exception-case.ts'
import { readCases } from './exception.store.ts'
import { explainException } from './explain-exception.ts'
import { explainRefund } from './explain-refund.ts'
import type { Told } from './explain-timeline.ts'
import { explainPayment } from './explain.ts'
import type { KnownDeposit } from './payment-record.ts'
import type { Face } from './payment.ts'
import { findPayment } from './read-payments.action.ts'
import { findRefund, refundsOfException } from './refunds.action.ts'

/** What explaining needs. */
type Ctx = Readonly<{ db: Queryable }>

/**
 * Where a payment of this book stands and why.
 *
 * @throws payments.payment_unknown, also for ids of other books and faces
 */
export async function findPaymentExplanation(
  { db }: Ctx,
  book: Book,
  wanted: Readonly<{ id: string; face?: Face }>,
): Promise<Explanation> {
  const payment = await findPayment({ db }, book, wanted)
  const { bookId } = book
  const caseIds = await readCaseIdsOf(db, bookId, payment.paymentId)
  const cases = await readCases(db, bookId, caseIds)
  const deposits = [...payment.deposits.values()]
  const objects = [payment.paymentId, ...caseIds]
  return explainPayment({ payment, ...(await toldOf(db, bookId, { objects, cases, deposits })) })
}

/** Where an exception of this book stands and why. @throws payments.exception_unknown */
export async function findExceptionExplanation(
  { db }: Ctx,
  book: Book,
  id: string,
): Promise<Explanation> {
  const { bookId } = book
  const [one] = await readCases(db, bookId, isId(id) ? [id] : [])
  if (one === undefined) throw new AppError('payments.exception_unknown', { id })
  const deposits = await depositsOfCase(db, bookId, one)
  const told = await toldOf(db, bookId, { objects: [id], cases: [one], deposits })
  const refunds = await refundsOfException(db, book, id)
  return explainException({ case: one, refunds, ...told })
}

/** Where a refund of this book stands and why. @throws payments.refund_unknown */
export async function findRefundExplanation(
  { db }: Ctx,
  book: Book,
  id: string,
): Promise<Explanation> {
  const refund = await findRefund(db, book, id)
  return explainRefund({ refund, events: await readNotes(db, book.bookId, [id]) })
}

/** The deposit that it is about; of one about a whole payment, all of that payment. */
const depositsOfCase = (
  db: Queryable,
  bookId: BookId,
  { depositId, paymentId }: ExceptionCase,
): Promise<readonly KnownDeposit[]> =>
  depositId === undefined
    ? readDepositsOf(db, bookId, paymentId === undefined ? [] : [paymentId])
    : readDeposits(db, bookId, [depositId])

async function toldOf(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{
    objects: readonly string[]
    cases: readonly ExceptionCase[]
    deposits: readonly KnownDeposit[]
  }>,
): Promise<Told> {
  return {
    cases: of.cases,
    deposits: await storiesOf(db, bookId, of.deposits.map(storyOf)),
    events: await readNotes(db, bookId, of.objects),
    entries: await entriesOf(db, bookId, of.objects),
    toBookTime: await bookTimeOf(db, bookId),
  }
}

const storyOf = ({ part, details }: KnownDeposit): Omit<DepositStory, 'entries' | 'progress'> => ({
  depositId: part.depositId,
  asset: part.asset,
  units: part.units,
  txHash: details.txHash,
  seenAt: part.seenAt,
})
