import type { Explanation, Explanations, Outcome, Waiting } from '../explain/explanation.ts'
import type { ExceptionCase, ResolvedBy } from './exception-case.ts'
import type { exceptionSnapshot } from './exception-snapshot.ts'
import type { ExceptionKind } from './exception.ts'
import { decisionOn } from './explain.ts'
import { caseTimeline, type Told } from './explain-timeline.ts'
import type { Refund } from './refund.ts'

/** What is told of an exception. */
export type CaseFacts = Told & Readonly<{ case: ExceptionCase; refunds: readonly Refund[] }>

type CaseState = ReturnType<typeof exceptionSnapshot>['status']

const WHAT = {
  short: 'What came for the payment until its end is less than the price',
  long: 'What came is more than the price; the rest of it is separated here',
  late: 'The coins came after the end of the quote',
  foreign: 'The coins are of an asset that was not asked for',
  unmatched: 'Nobody waits for these coins',
  reverted: 'A fork took coins back that had been credited',
} as const satisfies Record<ExceptionKind, string>

const DONE = {
  accept: 'It was accepted as if it had been enough.',
  reprice: "It was judged at that day's rate, and was enough.",
  refund: 'The coins are owed back to the payer.',
  credit: 'The coins were credited.',
  ignore: 'The coins were left aside in an account of their own.',
  settled: 'Later facts settled it: coins that came again, or a top-up.',
} as const satisfies Record<ResolvedBy, string>

/** Why an exception is in the state it is in. */
export const caseExplanations = {
  open: ({ case: one }) => decisionOn(one, { code: one.kind, what: WHAT[one.kind] }),
  resolved: ({ case: { resolution }, refunds }) => {
    const by = resolution?.by ?? 'settled'
    const owed = refunds.map(({ refundId, state }) => ` ${refundId}: ${state}.`).join('')
    return { code: `resolved_by_${by}`, message: `${DONE[by]}${owed}` }
  },
} satisfies Explanations<CaseState, 'resolved', CaseFacts>

/** Where an exception stands, why, and how it came there. */
export function explainException(facts: CaseFacts): Explanation {
  const { case: one } = facts
  const state: CaseState = one.resolution === undefined ? 'open' : 'resolved'
  const reason: Waiting | Outcome = caseExplanations[state](facts)
  return { id: one.exceptionId, state, reason, timeline: caseTimeline(facts) }
}
