import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { approversOf } from '../tenancy/api-keys.action.ts'
import { insertApproval } from './approval.store.ts'
import { cancel } from './cancel.action.ts'
import type { CheckCtx } from './check-code.action.ts'
import { lockSubject, notAwaiting, type OpenSubject } from './open-subject.action.ts'
import { passIfDone, type Passage } from './pass.action.ts'
import { saveReview } from './review.store.ts'

/** An approver says something about a payout or a batch. */
export type Decision = Readonly<{ book: Book; id: string; keyId: string }>

/**
 * Approves a payout, or a whole batch by the batch's id; the same again answers the same for as
 * long as more approvals are awaited.
 *
 * @throws payouts.payout_unknown, not_awaiting_verification, not_an_approver,
 *         initiator_cannot_approve, part_of_batch
 */
export async function approve(ctx: CheckCtx, dbTx: DbTx, decision: Decision): Promise<Passage> {
  const { book, keyId } = decision
  const subject = await lockOpen(dbTx, decision)
  const { review } = subject
  if (keyId === review.initiator) throw new AppError('payouts.initiator_cannot_approve', {})
  const now = bookNow(ctx.clock, book)
  await insertApproval(dbTx, book.bookId, { subjectId: review.subjectId, approver: keyId, now })
  return passIfDone(ctx, dbTx, { ...subject, book })
}

/**
 * Rejects a payout, or a whole batch: its money is released.
 *
 * @returns the ids of the payouts that were canceled
 * @throws as `approve`; who asked for it may reject it, where he is an approver
 */
export async function reject(
  ctx: CheckCtx,
  dbTx: DbTx,
  decision: Decision,
): Promise<readonly string[]> {
  const { book, keyId } = decision
  const { review, payouts } = await lockOpen(dbTx, decision)
  const now = bookNow(ctx.clock, book)
  await saveReview(dbTx, book.bookId, { review: { ...review, state: 'canceled' }, now })
  const payoutIds = payouts.map((one) => one.payoutId)
  const problem = `It was rejected by ${keyId}.`
  const canceled = await cancel(ctx, dbTx, { book, payoutIds, problem })
  return canceled.map((one) => one.payoutId)
}

async function lockOpen(dbTx: DbTx, { book, id, keyId }: Decision): Promise<OpenSubject> {
  const subject = await lockSubject(dbTx, book, id)
  const approvers = await approversOf(dbTx, book.bookId)
  if (!approvers.has(keyId)) throw new AppError('payouts.not_an_approver', {})
  const { review, payouts } = subject
  // Who approves one payout must not let go all that stand beside it.
  if (review.subjectId !== id) {
    throw new AppError('payouts.part_of_batch', { id, batchId: review.subjectId })
  }
  const waits = payouts.some((one) => one.status === 'pending_verification')
  if (review.state !== 'open' || !waits) throw notAwaiting(id, payouts)
  return subject
}
