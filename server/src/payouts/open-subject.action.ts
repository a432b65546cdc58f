import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { isId } from '../shell/object-id.ts'
import type { Payout } from './payout.ts'
import { readBatchPayouts, readPayouts } from './payout.store.ts'
import { lockReview } from './review.store.ts'
import { subjectOf, type Review } from './review.ts'

/** What waits for somebody, with its review locked. */
export type OpenSubject = Readonly<{ review: Review; payouts: readonly Payout[] }>

/** A payout, or all of a batch, by the id of either. */
export type Subject = Readonly<{
  subjectId: string
  payouts: readonly Payout[]
}>

/** @throws payouts.payout_unknown, also for ids of other books */
export async function findSubject(dbTx: DbTx, { bookId }: Book, id: string): Promise<Subject> {
  const isBatch = isId(id) && id.startsWith('batch_')
  const [one] = isBatch || !isId(id) ? [] : await readPayouts(dbTx, bookId, [id])
  const subjectId = isBatch ? id : one && subjectOf(one)
  if (subjectId === undefined) throw new AppError('payouts.payout_unknown', { id })
  if (one !== undefined && subjectId === one.payoutId) return { subjectId, payouts: [one] }
  const payouts = await readBatchPayouts(dbTx, bookId, subjectId)
  if (payouts.length === 0) throw new AppError('payouts.payout_unknown', { id })
  return { subjectId, payouts }
}

/**
 * Finds what is required for a payout or a batch, and locks it until the dbTx ends: of two who do
 * something about it, the second sees what the first did.
 *
 * @throws payouts.payout_unknown, payouts.not_awaiting_verification where nothing ever was
 */
export async function lockSubject(dbTx: DbTx, book: Book, id: string): Promise<OpenSubject> {
  const { subjectId } = await findSubject(dbTx, book, id)
  const review = await lockReview(dbTx, book.bookId, subjectId)
  // Read behind the lock: what the one before did to them is to be seen.
  const { payouts } = await findSubject(dbTx, book, id)
  if (review === undefined) throw notAwaiting(id, payouts)
  return { review, payouts }
}

/** The refusal for what waits for nobody, or no longer. */
export const notAwaiting = (id: string, payouts: readonly Payout[]): AppError =>
  new AppError('payouts.not_awaiting_verification', {
    id,
    status: payouts[0]?.status ?? 'unknown',
  })
