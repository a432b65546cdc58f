import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { checkCode, fitsReview, type CheckCtx, type GivenCode } from './check-code.action.ts'
import { lockCodeGuard } from './code-guard.store.ts'
import { lockSubject, notAwaiting, type OpenSubject } from './open-subject.action.ts'
import { passIfDone, type Passage } from './pass.action.ts'

/** What verifying needs. */
export type VerifyCtx = CheckCtx & Pick<ShellCtx, 'db'>

/** Somebody gives a code for a payout or a batch. */
export type Verification = Readonly<{ book: Book; id: string; given: GivenCode }>

type Outcome = Passage | Readonly<{ kind: 'thrown'; refusal: AppError }>

/**
 * Takes a one-time code, from the mail or from an authenticator, for a payout or a whole batch.
 *
 * @throws payouts.payout_unknown, not_awaiting_verification, otp_wrong, otp_guessed,
 *         otp_expired, otp_used, otp_of_another_payout, otps_locked, totp_not_enrolled,
 *         payout_changed
 */
export async function verify(ctx: VerifyCtx, verification: Verification): Promise<Passage> {
  const { book, id, given } = verification
  const outcome = await inDbTx(ctx, async (dbTx): Promise<Outcome> => {
    // Before any review: whoever counts a wrong code may lock other reviews behind the guard.
    await lockCodeGuard(dbTx, book.bookId, bookNow(ctx.clock, book))
    const subject = await lockSubject(dbTx, book, id)
    const refusal = refusalBefore(ctx, { ...verification, ...subject })
    if (refusal !== undefined) return { kind: 'thrown', refusal }
    const checked = await checkCode(ctx, dbTx, { ...subject, book, given })
    // A wrong try is written: the refusal must not take that back.
    if (checked.kind === 'refused') return { kind: 'thrown', refusal: checked.refusal }
    return passIfDone(ctx, dbTx, { ...subject, book, review: checked.review })
  })
  if (outcome.kind === 'thrown') throw outcome.refusal
  return outcome
}

function refusalBefore(
  ctx: VerifyCtx,
  { book, id, given, review, payouts }: Verification & OpenSubject,
): AppError | undefined {
  const isOpen = review.state === 'open' && review.needsCode
  if (isOpen && payouts.some((one) => one.status === 'pending_verification')) return undefined
  const isReplay =
    review.codeTakenAt !== undefined &&
    given.kind === 'mailed' &&
    fitsReview(ctx, { book, review, given })
  return isReplay ? new AppError('payouts.otp_used', {}) : notAwaiting(id, payouts)
}
