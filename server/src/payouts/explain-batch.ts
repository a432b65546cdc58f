import { inOrder, isWaiting } from '../explain/explanation.ts'
import type { Explanation, Explanations, Fact, Waiting } from '../explain/explanation.ts'
import type { EventNote } from '../events/event.ts'
import type { Batch } from './batch.ts'
import { batchStatus, type BatchStatus, type BatchSum } from './batch.ts'
import { reviewFacts, reviewWaits, type ReviewFacts } from './explain-review.ts'
import type { PayoutStatus } from './payout.ts'

/** What is told of a batch. */
export type BatchFacts = Readonly<{
  batch: Batch
  sums: readonly BatchSum[]
  /** What was required of people for all of it; absent: nothing. */
  review: ReviewFacts | undefined
  /** One of its payouts that decides about its state. */
  first: Explanation | undefined
  /** The events of its payouts, as far as they are told here. */
  events: readonly EventNote[]
}>

/** Why a batch is in the state it is in: as far as the payout of it that is least far. */
export const batchExplanations = {
  pending_verification: ({ review, first }) =>
    review === undefined ? firstWaits(first, 'pending_verification') : reviewWaits(review),
  processing: (facts) => {
    const told = firstWaits(facts.first, 'processing')
    const count = countOf(facts, 'processing')
    const message = `${count} of its payouts are being sent. One of them, ${facts.first?.id ?? ''}: ${told.message}`
    return { ...told, message }
  },
  completed: (facts) => ({
    code: 'paid_out',
    message: `All ${total(facts)} payouts arrived.`,
  }),
  partially_completed: (facts) => ({
    code: 'paid_in_part',
    message: `${countOf(facts, 'completed')} of ${total(facts)} payouts arrived; of the others the money is back.`,
    whatToDo: `GET /v1/payouts?batch_id=${facts.batch.batchId} shows which.`,
  }),
  failed: (facts) => ({
    code: 'rolled_back',
    message: `None of its ${total(facts)} payouts was paid. Their money is back.`,
  }),
  canceled: (facts) => ({
    code: 'called_back',
    message: `None of its ${total(facts)} payouts was sent. Their money is back.`,
  }),
} satisfies Explanations<
  BatchStatus,
  'completed' | 'partially_completed' | 'failed' | 'canceled',
  BatchFacts
>

/** Where a batch stands, why, and how it came there. */
export function explainBatch(facts: BatchFacts): Explanation {
  const { batch, sums, review, events } = facts
  const state = batchStatus(sums.map((one) => one.status))
  const created: Fact = {
    at: batch.createdAt,
    kind: 'created',
    source: 'request',
    sentence: `${total(facts)} payouts were asked for together by ${batch.initiator}.`,
    reference: {},
  }
  const told = [
    created,
    ...(review === undefined ? [] : reviewFacts(review)),
    ...events.map(toldOf),
  ]
  return {
    id: batch.batchId,
    state,
    reason: batchExplanations[state](facts),
    timeline: inOrder(told),
  }
}

const toldOf = ({ type, eventId, objectId, createdAt }: EventNote): Fact => ({
  at: createdAt,
  kind: 'changed',
  source: 'ledger',
  sentence: `${objectId}: ${type}.`,
  reference: { eventId, objectId },
})

function firstWaits(first: Explanation | undefined, code: PayoutStatus): Waiting {
  if (first !== undefined && isWaiting(first.reason)) return first.reason
  return { code, message: 'One of its payouts is just going on.', waitsFor: 'sender' }
}

const countOf = ({ sums }: BatchFacts, status: PayoutStatus): number =>
  sums.reduce((sum, one) => (one.status === status ? sum + one.count : sum), 0)

const total = ({ sums }: BatchFacts): number => sums.reduce((sum, one) => sum + one.count, 0)
