import { timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { ownerOf } from '../tenancy/owner.action.ts'
import { takeTotp } from '../tenancy/totp.action.ts'
import { cancel, type EndCtx } from './cancel.action.ts'
import { lockCodeGuard, saveCodeGuard } from './code-guard.store.ts'
import type { OpenSubject } from './open-subject.action.ts'
import { othersWithCodes, saveReview, voidCode } from './review.store.ts'
import {
  contentHashOf,
  judgeCode,
  WRONG_CODES_A_DAY_MAX,
  WRONG_CODES_MAX,
  type Review,
} from './review.ts'
import { hashCode, type CodeCtx } from './send-code.action.ts'

/** What taking a code needs. */
export type CheckCtx = CodeCtx & EndCtx

/** A code that somebody gave, from the mail or from an authenticator. */
export type GivenCode = Readonly<{ kind: 'mailed' | 'totp'; text: string }>

/** What came of it. A refusal is to be thrown after the commit: a wrong try must stay counted. */
export type Checked =
  Readonly<{ kind: 'taken'; review: Review }> | Readonly<{ kind: 'refused'; refusal: AppError }>

type Asked = OpenSubject & Readonly<{ book: Book; given: GivenCode }>

const DAY_MS = 24 * 3_600_000

/** Takes a code for a locked review that is open, or counts a wrong try. */
export async function checkCode(ctx: CheckCtx, dbTx: DbTx, asked: Asked): Promise<Checked> {
  const { book, review, payouts } = asked
  const { subjectId } = review
  if (!contentHashOf(payouts).equals(review.contentHash)) {
    return refused(new AppError('payouts.payout_changed', { id: subjectId }))
  }
  const now = bookNow(ctx.clock, book)
  const known = await lockCodeGuard(dbTx, book.bookId, now)
  const guard = now >= known.since + DAY_MS ? { since: now, wrongCodes: 0 } : known
  if (guard.wrongCodes >= WRONG_CODES_A_DAY_MAX) {
    const ends = guard.since + DAY_MS
    const retryAfterS = Math.ceil((ends - now) / 1_000)
    const until = new Date(ends).toISOString()
    return refused(new AppError('payouts.otps_locked', { until, retryAfterS }))
  }
  const standing = await standingOf(ctx, dbTx, asked)
  if (standing === 'taken') {
    const taken = { ...review, codeTakenAt: now }
    await saveReview(dbTx, book.bookId, { review: taken, now })
    return { kind: 'taken', review: taken }
  }
  if (standing !== 'wrong') return refused(new AppError(`payouts.${standing}`, {}))
  const { bookId } = book
  await saveCodeGuard(dbTx, bookId, { ...guard, wrongCodes: guard.wrongCodes + 1 })
  return refused(await countWrong(ctx, dbTx, asked))
}

const refused = (refusal: AppError): Checked => ({ kind: 'refused', refusal })

async function standingOf(
  ctx: CheckCtx,
  dbTx: DbTx,
  { book, review, given }: Asked,
): Promise<'taken' | 'wrong' | 'otp_used' | 'otp_expired' | 'totp_not_enrolled'> {
  if (given.kind === 'totp') return standingOfTotp(ctx, dbTx, { book, review, given })
  const standing = judgeCode(review, {
    fits: fitsReview(ctx, { book, review, given }),
    now: bookNow(ctx.clock, book),
  })
  if (standing === 'used') return 'otp_used'
  return standing === 'expired' ? 'otp_expired' : standing
}

async function standingOfTotp(
  ctx: CheckCtx,
  dbTx: DbTx,
  { book, review, given }: Omit<Asked, 'payouts'>,
): Promise<'taken' | 'wrong' | 'otp_used' | 'totp_not_enrolled'> {
  if (review.codeTakenAt !== undefined) return 'otp_used'
  const owner = await ownerOf(ctx, dbTx, book.orgId)
  if (owner === undefined) return 'totp_not_enrolled'
  const of = { bookId: book.bookId, personId: owner.personId }
  const outcome = await takeTotp(ctx, dbTx, { of, code: given.text })
  return outcome === 'not_enrolled' ? 'totp_not_enrolled' : outcome
}

/** Whether a code is the one that was mailed for this, compared in constant time. */
export function fitsReview(
  ctx: Pick<CheckCtx, 'sealer'>,
  { book, review, given }: Readonly<{ book: Book; review: Review; given: GivenCode }>,
): boolean {
  const hash = hashCode(ctx, { ...review, book }, given.text)
  return review.code !== undefined && timingSafeEqual(hash, review.code.hash)
}

async function countWrong(ctx: CheckCtx, dbTx: DbTx, asked: Asked): Promise<AppError> {
  const { book, review, payouts } = asked
  const { subjectId } = review
  const isOthers = asked.given.kind === 'mailed' && (await voidOthers(ctx, dbTx, asked))
  const wrongCodes = review.wrongCodes + 1
  const left = WRONG_CODES_MAX - wrongCodes
  const state = left === 0 ? 'canceled' : 'open'
  const now = bookNow(ctx.clock, book)
  await saveReview(dbTx, book.bookId, { review: { ...review, wrongCodes, state }, now })
  if (left === 0) {
    const problem = `${WRONG_CODES_MAX} wrong codes were given for it.`
    const payoutIds = payouts.map((one) => one.payoutId)
    await cancel(ctx, dbTx, { book, payoutIds, problem })
    return new AppError('payouts.otp_guessed', { id: subjectId })
  }
  return isOthers
    ? new AppError('payouts.otp_of_another_payout', { left })
    : new AppError('payouts.otp_wrong', { left })
}

/**
 * Whether the code was sent for something else in this book; then it is void from now on. Saying
 * so without that would let who guesses try each number on every payout at once.
 */
async function voidOthers(
  ctx: CheckCtx,
  dbTx: DbTx,
  { book, review, given }: Asked,
): Promise<boolean> {
  const others = await othersWithCodes(dbTx, book.bookId, review.subjectId)
  const owners = others.filter((one) => fitsReview(ctx, { book, review: one, given }))
  for (const { subjectId, code } of owners) {
    if (code !== undefined) await voidCode(dbTx, book.bookId, { subjectId, hash: code.hash })
  }
  return owners.length > 0
}
