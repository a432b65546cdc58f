import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import { lockSubject, notAwaiting } from './open-subject.action.ts'
import { saveReview } from './review.store.ts'
import { RESEND_MS, RESENDS_MAX } from './review.ts'
import { sendCode, type CodeCtx } from './send-code.action.ts'

/**
 * Sends another code in the place of the one before. Wrong tries stay counted.
 *
 * @returns until when it counts, in the book's time; absent where an authenticator stands in for it
 * @throws payouts.payout_unknown, not_awaiting_verification, resend_too_soon, resend_exhausted,
 *         otp_has_no_way
 */
export async function resendCode(
  ctx: CodeCtx,
  dbTx: DbTx,
  { book, id }: Readonly<{ book: Book; id: string }>,
): Promise<Readonly<{ expiresAt: Instant | undefined; resendsLeft: number }>> {
  const { review, payouts } = await lockSubject(dbTx, book, id)
  const waits = payouts.some((one) => one.status === 'pending_verification')
  const wantsCode = review.needsCode && review.codeTakenAt === undefined
  if (review.state !== 'open' || !wantsCode || !waits) throw notAwaiting(id, payouts)
  const now = bookNow(ctx.clock, book)
  if (review.resends >= RESENDS_MAX) {
    throw new AppError('payouts.resend_exhausted', { sendsMax: RESENDS_MAX })
  }
  const wait = (review.code?.sentAt ?? 0) + RESEND_MS - now
  if (wait > 0) {
    throw new AppError('payouts.resend_too_soon', { retryAfterS: Math.ceil(wait / 1_000) })
  }
  const { subjectId, contentHash } = review
  const code = await sendCode(ctx, dbTx, { book, subjectId, contentHash, payouts })
  const resends = review.resends + 1
  await saveReview(dbTx, book.bookId, { review: { ...review, code, resends }, now })
  return { expiresAt: code?.expiresAt, resendsLeft: RESENDS_MAX - resends }
}
