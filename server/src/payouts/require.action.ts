import { bookNow, type Book, type BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { shareOn } from '../shell/share.ts'
import { judgeSubject, refusalOf } from './judge-subject.action.ts'
import type { Payout, Requirement } from './payout.ts'
import { countsOthers } from './policy.ts'
import { readPolicyToJudge } from './policy.store.ts'
import { insertReview } from './review.store.ts'
import { awaited, contentHashOf, REVIEW_MS, subjectOf, type Review } from './review.ts'
import { sendCode, type CodeCtx } from './send-code.action.ts'

/** Payouts that were just written, with who asked for them. */
export type PayoutsToJudge = Readonly<{
  book: Book
  initiator: string
  payouts: readonly Payout[]
}>

/** What judging needs: codes are hashed and mailed, so it seals, and asks how mail is sent. */
export type RequireCtx = CodeCtx

/** Works that share a dbTx read the policy once. */
const policyIn = shareOn(readPolicyToJudge, (bookId: BookId) => bookId)

/** Books whose payouts were judged in a dbTx by what began before them. */
const judgedIn = new WeakMap<DbTx, Set<BookId>>()

/**
 * Works that share a dbTx have written all their payouts before the first is judged, and none knows
 * which of them came before it: where that counts, each is done by itself.
 */
function refuseSharing(dbTx: DbTx, bookId: BookId): void {
  const books = judgedIn.get(dbTx) ?? new Set()
  if (books.has(bookId)) throw new Error('payouts that count each other cannot share a dbTx')
  judgedIn.set(dbTx, books.add(bookId))
}

/**
 * What is required before each of these payouts is sent, by payout id; one that is absent needs
 * nothing. Called in the dbTx that creates them: the mail with the code goes when it commits.
 *
 * @throws payouts.policy_amount_refused, policy_velocity_refused, policy_worth_unknown,
 *         policy_destination_unlisted, policy_destination_cooling, otp_has_no_way
 */
export async function judgePayouts(
  ctx: RequireCtx,
  dbTx: DbTx,
  { book, initiator, payouts }: PayoutsToJudge,
): Promise<ReadonlyMap<string, readonly Requirement[]>> {
  const { policy, version } = await policyIn(dbTx, book.bookId)
  if (countsOthers(policy)) refuseSharing(dbTx, book.bookId)
  const now = bookNow(ctx.clock, book)
  const required = new Map<string, readonly Requirement[]>()
  for (const [subjectId, own] of Map.groupBy(payouts, subjectOf)) {
    const verdict = await judgeSubject(dbTx, { book, policy, subjectId, payouts: own, now })
    if (verdict.kind === 'refused') throw refusalOf(verdict.refusal)
    if (!verdict.code && verdict.approvers === 0) continue
    const contentHash = contentHashOf(own)
    const asked = { book, subjectId, contentHash, payouts: own }
    const review: Review = {
      subjectId,
      initiator,
      contentHash,
      needsCode: verdict.code,
      approvers: verdict.approvers,
      policyVersion: version,
      state: 'open',
      code: verdict.code ? await sendCode(ctx, dbTx, asked) : undefined,
      resends: 0,
      wrongCodes: 0,
      codeTakenAt: undefined,
      createdAt: now,
    }
    await insertReview(dbTx, book.bookId, { review, dueAt: now + REVIEW_MS })
    for (const { payoutId } of own) required.set(payoutId, awaited(review, 0))
  }
  return required
}
