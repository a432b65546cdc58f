import type { EventNote } from '../events/event.ts'
import { coinText } from '../explain/coin-text.ts'
import { inOrder } from '../explain/explanation.ts'
import type { Explanation, Explanations, Fact } from '../explain/explanation.ts'
import type { Refund, RefundState } from './refund.ts'

/** What is told of a refund; its sending is told by its payout. */
export type RefundFacts = Readonly<{ refund: Refund; events: readonly EventNote[] }>

/** Why a refund is in the state it is in. */
export const refundExplanations = {
  awaiting_payout: ({ refund: { refundId, problem, address } }) => ({
    code: problem === undefined ? 'owed' : 'owed_again',
    message: `The coins are owed to the payer${address === undefined ? ', and nobody said where to' : ''}.${problem === undefined ? '' : ` ${problem}`}`,
    waitsFor: 'decision',
    whatToDo: `POST /v1/refunds/${refundId}/send with the payer's address.`,
  }),
  sending: ({ refund: { payoutId = '' } }) => ({
    code: 'being_sent',
    message: `Payout ${payoutId} sends it. GET /v1/payouts/${payoutId}/explain says how far that is.`,
    waitsFor: 'sender',
  }),
  sent: ({ refund }) => ({
    code: 'paid_back',
    message: `${coinText(refund.asset, refund.units)} less the fee are at ${refund.address ?? 'the payer'}.`,
  }),
} satisfies Explanations<RefundState, 'sent', RefundFacts>

/** Where a refund stands, why, and how it came there. */
export function explainRefund(facts: RefundFacts): Explanation {
  const { refund, events } = facts
  const { refundId, exceptionId, state } = refund
  const created: Fact = {
    at: refund.createdAt,
    kind: 'created',
    source: 'request',
    sentence: `${coinText(refund.asset, refund.units)} are owed back, by decision on ${exceptionId}.`,
    reference: { objectId: exceptionId },
  }
  const told = events.map(({ type, createdAt: at, eventId }): Fact => ({
    ...{ at, kind: 'changed', source: 'ledger', reference: { eventId } },
    sentence: `Told as ${type}.`,
  }))
  const timeline = inOrder([created, ...told])
  return { id: refundId, state, reason: refundExplanations[state](facts), timeline }
}
