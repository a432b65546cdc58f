import { coinText } from '../explain/coin-text.ts'
import { depositWaits, type DepositStory } from '../explain/deposit-facts.ts'
import type { Explanation, Explanations, Outcome, Waiting } from '../explain/explanation.ts'
import { units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import type { ExceptionCase } from './exception-case.ts'
import { VERBS_OF, type ExceptionKind } from './exception.ts'
import { paymentTimeline, type Told } from './explain-timeline.ts'
import { termsOf, type Payment } from './payment-record.ts'
import { CLAIM_WATCH_MS, kindOf, received } from './payment.ts'
import type { PaymentException, Status } from './payment.ts'
import { statusWord, timeText } from './snapshot.ts'

/** What is told of a payment. */
export type PaymentFacts = Told & Readonly<{ payment: Payment }>

/** Why a payment is in the state it is in, as far as nothing is out of order with it. */
export const paymentExplanations = {
  awaiting: (facts) => awaits(facts),
  confirming: (facts) => confirms(facts),
  confirmed: ({ payment }) =>
    payment.facts.ruling === 'accepted'
      ? { code: 'accepted', message: 'Somebody decided that what came is enough.' }
      : { code: 'paid', message: 'Enough is final.' },
  expired: ({ payment }) => ({
    code: 'expired',
    message:
      payment.facts.ruling === 'declined'
        ? `What came until ${timeText(payment.expiresAt)} was too little, and was sent elsewhere by decision.`
        : `Nothing that counts came until ${timeText(payment.expiresAt)}.`,
    whatToDo:
      'Make a new payment: its quote is of today. What still comes here opens an exception.',
  }),
  failed: ({ payment }) => ({
    code: 'not_found',
    message: `The payer said ${saidAt(payment)} that it was sent, and nothing came within 24 hours.`,
    whatToDo: 'Ask the payer for the transaction. What still comes here opens an exception.',
  }),
} satisfies Explanations<Status, 'confirmed' | 'expired' | 'failed', PaymentFacts>

/** What a payment waits for with which something is out of order. */
export const troubleExplanations = {
  underpaid: (facts) =>
    facts.payment.status === 'awaiting'
      ? tooLittle(facts)
      : decided(facts, { code: 'underpaid', kinds: ['short'], what: 'What came is too little' }),
  overpaid: (facts) =>
    decided(facts, {
      code: 'overpaid',
      kinds: ['long', 'unmatched'],
      what: 'More came than was asked for',
    }),
  late: (facts) =>
    decided(facts, {
      code: 'late',
      kinds: ['late'],
      what: 'Coins came after the end of the quote',
    }),
  wrong_asset: (facts) =>
    decided(facts, {
      code: 'wrong_asset',
      kinds: ['foreign'],
      what: 'Coins came that were not asked for',
    }),
  reverted: (facts) =>
    decided(facts, { code: 'reverted', kinds: ['reverted'], what: 'A fork took coins back' }),
} satisfies Record<Exclude<PaymentException, 'none'>, (facts: PaymentFacts) => Waiting>

/** Where a payment stands, why, and how it came there. */
export function explainPayment(facts: PaymentFacts): Explanation {
  const { payment } = facts
  return {
    id: payment.paymentId,
    state: statusWord(payment.face, payment.status),
    reason: reasonOf(facts),
    timeline: paymentTimeline(payment, facts),
  }
}

// While it confirms, that is what it waits for, whatever else may be wrong with it.
function reasonOf(facts: PaymentFacts): Waiting | Outcome {
  const { status, exception } = facts.payment
  if (exception === 'none' || status === 'confirming') return paymentExplanations[status](facts)
  return troubleExplanations[exception](facts)
}

function awaits({ payment }: PaymentFacts): Waiting {
  const { claimedAt } = payment.facts
  if (claimedAt !== undefined) {
    return {
      code: 'claimed_and_not_seen',
      message: `The payer said ${saidAt(payment)} that it was sent. No transaction was seen yet; it is looked for until ${timeText(claimedAt + CLAIM_WATCH_MS)}.`,
      waitsFor: 'chain',
      nextAt: payment.dueAt,
    }
  }
  return {
    code: 'nothing_seen',
    message: `No transaction to its addresses was seen yet. The quote holds until ${timeText(payment.expiresAt)}.`,
    waitsFor: 'payer',
    nextAt: payment.dueAt,
    whatToDo: 'Have the payer send one of the amounts quoted to its address.',
  }
}

function confirms(facts: PaymentFacts): Waiting {
  const waiting = onTheWay(facts)
  const counting = waiting.filter((story) => isPart(facts.payment, story))
  const slowest = [...(counting.length > 0 ? counting : waiting)].sort(
    (one, other) => distance(other) - distance(one),
  )[0]
  return slowest === undefined
    ? { code: 'confirmations', message: 'Enough was seen.', waitsFor: 'confirmations' }
    : depositWaits(slowest)
}

function tooLittle({ payment }: PaymentFacts): Waiting {
  const got = received(termsOf(payment), payment.facts)
  const missing = got === undefined ? 0n : got.option.due - got.units
  const rest = got === undefined ? '' : coinText(got.option.asset, units(missing))
  return {
    code: 'underpaid',
    message: `What came is less than the price: ${rest} are missing.`,
    waitsFor: 'payer',
    nextAt: payment.dueAt,
    whatToDo: `Have the payer send the rest to the same address until ${timeText(payment.expiresAt)}.`,
  }
}

type Trouble = Readonly<{ code: string; kinds: readonly ExceptionKind[]; what: string }>

/** What waits for a decision; before that, for its coins to be sure enough to be decided on. */
function decided(facts: PaymentFacts, { code, kinds, what }: Trouble): Waiting {
  const open = facts.cases.find((one) => one.resolution === undefined && kinds.includes(one.kind))
  if (open !== undefined) return decisionOn(open, { code, what })
  const [first] = onTheWay(facts)
  if (first !== undefined) {
    const waits = depositWaits(first)
    return { ...waits, code, message: `${what}. ${waits.message}` }
  }
  return {
    code,
    message: `${what}. It is seen whether they come again.`,
    waitsFor: 'chain',
    nextAt: facts.payment.dueAt,
  }
}

/** That an open case waits for somebody to decide. */
export const decisionOn = (
  { exceptionId, kind }: Pick<ExceptionCase, 'exceptionId' | 'kind'>,
  { code, what }: Pick<Trouble, 'code' | 'what'>,
): Waiting => ({
  code,
  message: `${what}. That waits for a decision as exception ${exceptionId}.`,
  waitsFor: 'decision',
  whatToDo: `POST /v1/exceptions/${exceptionId}/ with one of: ${VERBS_OF[kind].join(', ')}.`,
})

const onTheWay = ({ payment, deposits }: PaymentFacts): readonly DepositStory[] =>
  deposits.filter(({ depositId }) => {
    const part = payment.deposits.get(depositId)?.part
    return part !== undefined && part.level !== 'reverted' && part.place === undefined
  })

function isPart(payment: Payment, { depositId }: DepositStory): boolean {
  const part = payment.deposits.get(depositId)?.part
  return part !== undefined && kindOf(termsOf(payment), payment.facts, part) === 'part'
}

const distance = ({ progress }: DepositStory): number => progress?.toGo ?? Number.POSITIVE_INFINITY

const saidAt = ({ facts }: Payment): string => `at ${timeText(claimTime(facts.claimedAt))}`

const claimTime = (claimedAt: Instant | undefined): Instant => claimedAt ?? 0
