import { storiesOfOutgoing } from '../custody/outgoing/read-story.action.ts'
import { readNotes } from '../events/read-notes.action.ts'
import type { Explanation } from '../explain/explanation.ts'
import { entriesOf } from '../explain/read-facts.action.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { entryByExternalId } from '../ledger/read-entries.action.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { mailAbout } from '../shell/mail/queue-mail.action.ts'
import { isId } from '../shell/object-id.ts'
import { approversOf } from '../tenancy/api-keys.action.ts'
import { bookTimeOf } from '../tenancy/book-time.action.ts'
import type { Batch } from './batch.ts'
import { findBatch, sumBatch } from './batch.store.ts'
import { batchStatus } from './batch.ts'
import { explainBatch } from './explain-batch.ts'
import type { ReviewFacts } from './explain-review.ts'
import { explainPayout } from './explain.ts'
import { listPayoutIds } from './list.store.ts'
import { isEnded, type Payout } from './payout.ts'
import { findPayout } from './read-payouts.action.ts'
import { readApprovalHistory } from './review-history.store.ts'
import { readReview } from './review.store.ts'
import { subjectOf } from './review.ts'

/** Of so many payouts of a batch its timeline tells; each explains itself. */
const TOLD_MAX = 100

/**
 * Where a payout, a withdrawal, the sending of a refund, or a batch stands and why.
 *
 * @throws payouts.payout_unknown, also for ids of other books
 */
export async function findPayoutExplanation(
  db: Queryable,
  book: Book,
  id: string,
): Promise<Explanation> {
  const batch =
    isId(id) && id.startsWith('batch_') ? await findBatch(db, book.bookId, id) : undefined
  if (batch !== undefined) return batchExplanation(db, book, batch)
  return payoutExplanation(db, book.bookId, await findPayout(db, book, id))
}

async function payoutExplanation(
  db: Queryable,
  bookId: BookId,
  payout: Payout,
): Promise<Explanation> {
  const { payoutId, dispatchId } = payout
  const [sent] = dispatchId === undefined ? [] : await storiesOfOutgoing(db, bookId, [dispatchId])
  return explainPayout({
    payout,
    review: await reviewOf(db, bookId, subjectOf(payout)),
    sent,
    events: await readNotes(db, bookId, [payoutId]),
    entries: [...(await holdOf(db, bookId, payout)), ...(await endsOf(db, bookId, payoutId))],
    toBookTime: await bookTimeOf(db, bookId),
  })
}

/** The entry that holds its money, as far as it is about this payout. */
async function holdOf(
  db: Queryable,
  bookId: BookId,
  { hold }: Payout,
): Promise<readonly BookedEntry[]> {
  const entry = await entryByExternalId(db, bookId, hold.externalId)
  const own = entry?.transfers[hold.transfer]
  return entry === undefined || own === undefined ? [] : [{ ...entry, transfers: [own] }]
}

/** Its entries but for that one, which a batch shares. */
async function endsOf(
  db: Queryable,
  bookId: BookId,
  payoutId: string,
): Promise<readonly BookedEntry[]> {
  const entries = await entriesOf(db, bookId, [payoutId])
  return entries.filter((entry) => entry.operation !== 'payoutReserved')
}

async function reviewOf(
  db: Queryable,
  bookId: BookId,
  subjectId: string,
): Promise<ReviewFacts | undefined> {
  const review = await readReview(db, bookId, subjectId)
  if (review === undefined) return undefined
  const approvals = await readApprovalHistory(db, bookId, subjectId)
  const live = await approversOf(db, bookId)
  const counting = approvals.filter(
    ({ approver }) => live.has(approver) && approver !== review.initiator,
  )
  return {
    review,
    approvals,
    counting: counting.length,
    mail: await mailAbout(db, { bookId, objectId: subjectId }),
  }
}

async function batchExplanation(db: Queryable, book: Book, batch: Batch): Promise<Explanation> {
  const { bookId } = book
  const { batchId } = batch
  const sums = await sumBatch(db, bookId, batchId)
  const state = batchStatus(sums.map((one) => one.status))
  const { ids } = await listPayoutIds(db, bookId, {
    filter: { batchId },
    place: { page: 1, limit: TOLD_MAX },
  })
  return explainBatch({
    batch,
    sums,
    review: await reviewOf(db, bookId, batchId),
    first: state === 'processing' ? await firstOpen(db, book, batchId) : undefined,
    events: await readNotes(db, bookId, ids),
  })
}

/** The explanation of a payout of the batch that is being sent. */
async function firstOpen(
  db: Queryable,
  book: Book,
  batchId: string,
): Promise<Explanation | undefined> {
  const { ids } = await listPayoutIds(db, book.bookId, {
    filter: { batchId, status: 'processing' },
    place: { page: 1, limit: 1 },
  })
  const [id] = ids
  if (id === undefined) return undefined
  const payout = await findPayout(db, book, id)
  return isEnded(payout) ? undefined : payoutExplanation(db, book.bookId, payout)
}
