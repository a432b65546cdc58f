import { bookNow, type Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { approversOf } from '../tenancy/api-keys.action.ts'
import { readApprovals } from './approval.store.ts'
import { cancel } from './cancel.action.ts'
import type { CheckCtx } from './check-code.action.ts'
import { judgeSubject, refusalOf } from './judge-subject.action.ts'
import type { OpenSubject } from './open-subject.action.ts'
import type { Requirement } from './payout.ts'
import { stricter } from './policy.ts'
import { readPolicyInForce } from './policy.store.ts'
import { proceed } from './proceed.action.ts'
import { saveReview } from './review.store.ts'
import { awaited, type Review } from './review.ts'

/** Where something stands after somebody did what was required of him. */
export type Passage =
  | Readonly<{ kind: 'passed'; subjectId: string; payoutIds: readonly string[] }>
  | Readonly<{
      kind: 'awaiting'
      subjectId: string
      awaited: readonly Requirement[]
      approvals: number
      approvers: number
    }>
  /** The policy, or its list, has changed meanwhile and lets it go no more; its money is released. */
  | Readonly<{ kind: 'refused'; subjectId: string; problem: string }>

type Open = OpenSubject & Readonly<{ book: Book }>

/**
 * Lets a payout, or a batch, go on as soon as all that is required was done. What the policy says
 * now counts beside what it said at the beginning: the stricter of both.
 */
export async function passIfDone(ctx: CheckCtx, dbTx: DbTx, open: Open): Promise<Passage> {
  const judged = await judgeAgain(ctx, dbTx, open)
  if ('problem' in judged) return refuse(ctx, dbTx, { ...open, problem: judged.problem })
  const { book, payouts } = open
  const { subjectId, initiator, approvers } = judged
  const live = await approversOf(dbTx, book.bookId)
  const approved = await readApprovals(dbTx, book.bookId, subjectId)
  const approvals = approved.filter((one) => one !== initiator && live.has(one)).length
  const wanted = awaited(judged, approvals)
  if (wanted.length > 0) {
    return { kind: 'awaiting', subjectId, awaited: wanted, approvals, approvers }
  }
  const now = bookNow(ctx.clock, book)
  await saveReview(dbTx, book.bookId, { review: { ...judged, state: 'passed' }, now })
  const payoutIds = await proceed(ctx, dbTx, {
    book,
    payoutIds: payouts.map((one) => one.payoutId),
  })
  return { kind: 'passed', subjectId, payoutIds }
}

/**
 * The review with all that the policy in force wants besides. It is asked again where it has not
 * changed too: a destination may have been taken off the list meanwhile.
 */
async function judgeAgain(
  ctx: CheckCtx,
  dbTx: DbTx,
  { book, review, payouts }: Open,
): Promise<Review | Readonly<{ problem: string }>> {
  const { policy, version } = await readPolicyInForce(dbTx, book.bookId)
  const { subjectId } = review
  const now = bookNow(ctx.clock, book)
  const asked = { book, policy, subjectId, payouts, now, again: true } as const
  const before = { kind: 'allowed', code: review.needsCode, approvers: review.approvers } as const
  const verdict = stricter(before, await judgeSubject(dbTx, asked))
  if (verdict.kind === 'refused') return { problem: refusalOf(verdict.refusal).message }
  if (version === review.policyVersion) return review
  // Whether a code is needed is no matter of the policy, and was settled at the beginning.
  const judged: Review = { ...review, policyVersion: version, approvers: verdict.approvers }
  await saveReview(dbTx, book.bookId, { review: judged, now })
  return judged
}

async function refuse(
  ctx: CheckCtx,
  dbTx: DbTx,
  { book, review, payouts, problem }: Open & Readonly<{ problem: string }>,
): Promise<Passage> {
  const now = bookNow(ctx.clock, book)
  await saveReview(dbTx, book.bookId, { review: { ...review, state: 'canceled' }, now })
  const payoutIds = payouts.map((one) => one.payoutId)
  await cancel(ctx, dbTx, { book, payoutIds, problem })
  return { kind: 'refused', subjectId: review.subjectId, problem }
}
