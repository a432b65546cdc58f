import type { OutgoingStory } from '../custody/outgoing/story.ts'
import type { EventNote } from '../events/event.ts'
import { coinText } from '../explain/coin-text.ts'
import { entryFact, type ToBookTime } from '../explain/entry-facts.ts'
import { inOrder, isWaiting } from '../explain/explanation.ts'
import type { Explanation, Explanations, Fact, Waiting } from '../explain/explanation.ts'
import { explainSending } from '../explain/sending.ts'
import { sendingFacts } from '../explain/sending-facts.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { reviewFacts, reviewWaits, type ReviewFacts } from './explain-review.ts'
import type { Payout, PayoutStatus } from './payout.ts'
import type { Unsupplied } from './supply.ts'

/** What is told of a payout. */
export type PayoutFacts = Readonly<{
  payout: Payout
  /** What was required of people first, for it or for its whole batch; absent: nothing. */
  review: ReviewFacts | undefined
  /** Its transaction; absent until one was planned. */
  sent: OutgoingStory | undefined
  events: readonly EventNote[]
  /** Its own entries in the journal; of the one that held a whole batch, its own part. */
  entries: readonly BookedEntry[]
  toBookTime: ToBookTime
}>

/** Why a payout is in the state it is in. */
export const payoutExplanations = {
  pending_verification: ({ review }) =>
    review === undefined
      ? { code: 'being_judged', message: 'It is being judged.', waitsFor: 'operator' }
      : reviewWaits(review),
  processing: (facts) => processingWaits(facts),
  completed: ({ payout }) => ({
    code: 'paid_out',
    message: `${coinText(payout.asset, payout.netUnits)} arrived at ${payout.destination}, in a transaction that is final.`,
  }),
  failed: ({ payout }) => ({
    code: 'rolled_back',
    message:
      `Nothing was paid, and nothing will be. Its money is back. ${payout.problem ?? ''}`.trim(),
    whatToDo: 'It is safe to pay again.',
  }),
  canceled: ({ payout }) => ({
    code: 'called_back',
    message: `Nothing was sent, and its money is back. ${payout.problem ?? ''}`.trim(),
  }),
} satisfies Explanations<PayoutStatus, 'completed' | 'failed' | 'canceled', PayoutFacts>

/** Where a payout stands, why, and how it came there. */
export function explainPayout(facts: PayoutFacts): Explanation {
  const { payout } = facts
  return {
    id: payout.payoutId,
    state: payout.status,
    reason: payoutExplanations[payout.status](facts),
    timeline: inOrder(payoutFacts(facts)),
  }
}

/** What is told of a payout for which something is missing before its transaction is planned. */
const HELD_UP = {
  coins: { code: 'coins_missing', waitsFor: 'coins' },
  gathering: { code: 'coins_on_their_way', waitsFor: 'coins' },
  gas: { code: 'fee_coins_missing', waitsFor: 'coins' },
  others: { code: 'too_many_under_way', waitsFor: 'confirmations' },
  operator: { code: 'held_up', waitsFor: 'operator' },
} as const satisfies Record<Unsupplied['waitsFor'], Pick<Waiting, 'code' | 'waitsFor'>>

function processingWaits({ payout, sent, toBookTime }: PayoutFacts): Waiting {
  if (sent !== undefined) {
    const told = explainSending({ story: sent, toBookTime })
    if (isWaiting(told)) {
      const verify = `POST /v1/payouts/${payout.payoutId}/verify with the \`signer_code\`.`
      return told.waitsFor === 'code' ? { ...told, whatToDo: verify } : told
    }
    return {
      code: 'being_booked',
      message: `${told.message} It is being booked.`,
      waitsFor: 'sender',
    }
  }
  if (payout.problem !== undefined) {
    return {
      ...HELD_UP[payout.waitsFor ?? 'operator'],
      message: payout.problem,
      whatToDo: `Until its transaction is planned, POST /v1/payouts/${payout.payoutId}/cancel calls it back.`,
    }
  }
  const message = 'Its money is held, and its transaction is about to be planned.'
  return { code: 'reserved', message, waitsFor: 'sender' }
}

function payoutFacts(facts: PayoutFacts): readonly Fact[] {
  const { payout, review, sent, events, entries, toBookTime } = facts
  const { asset, createdAt } = payout
  const beginning = events.find(isBeginning)
  const created: Fact = {
    at: createdAt,
    kind: 'created',
    source: 'request',
    sentence: `${coinText(asset, payout.units)} were to go to ${payout.destination}, asked for by ${payout.initiator}.`,
    reference: beginning === undefined ? {} : { eventId: beginning.eventId },
  }
  const quoted: Fact = {
    at: createdAt,
    kind: 'quoted',
    source: 'chain',
    sentence: `Of these ${coinText(asset, payout.feeUnits)} are the fee (quote ${payout.quoteId}), and ${coinText(asset, payout.netUnits)} arrive.`,
    reference: { objectId: payout.quoteId },
  }
  return [
    ...[created, quoted],
    ...(review === undefined ? [] : reviewFacts(review)),
    ...(sent === undefined ? [] : sendingFacts(sent, toBookTime)),
    ...entries.map((entry) => entryFact(entry, toBookTime)),
    ...events.filter((event) => !isBeginning(event)).map(changeOf),
  ]
}

const isBeginning = ({ sequence }: EventNote): boolean => sequence === 1

const changeOf = ({ type, eventId, createdAt }: EventNote): Fact => ({
  at: createdAt,
  kind: 'changed',
  source: 'ledger',
  sentence: `It is ${CHANGES.get(lastWord(type)) ?? lastWord(type)}.`,
  reference: { eventId },
})

const CHANGES: ReadonlyMap<string, string> = new Map([
  ['initiated', 'being processed'],
  ['processing', 'being processed'],
])

const lastWord = (type: string): string => type.slice(type.lastIndexOf('.') + 1)
