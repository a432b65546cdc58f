import type { EventNote } from '../events/event.ts'
import { coinText } from '../explain/coin-text.ts'
import { depositFacts, type DepositStory } from '../explain/deposit-facts.ts'
import { entryFact, type ToBookTime } from '../explain/entry-facts.ts'
import { inOrder, type Fact } from '../explain/explanation.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { formatUnits } from '../money/amount.ts'
import type { ExceptionCase, ResolvedBy } from './exception-case.ts'
import type { Payment } from './payment-record.ts'
import type { PaymentException, Status } from './payment.ts'
import { timeText } from './snapshot.ts'

/** What is told of a payment or an exception: what happened to it, and to what belongs to it. */
export type Told = Readonly<{
  deposits: readonly DepositStory[]
  cases: readonly ExceptionCase[]
  /** Of the payment and of its cases. */
  events: readonly EventNote[]
  /** What the journal has of the payment and of its cases; that of deposits is with these. */
  entries: readonly BookedEntry[]
  toBookTime: ToBookTime
}>

/** What happened to a payment, oldest first. */
export const paymentTimeline = (payment: Payment, told: Told): readonly Fact[] =>
  inOrder([...beginning(payment, told.events), ...sharedFacts(told)])

/** What happened to an exception, oldest first. */
export const caseTimeline = (told: Told): readonly Fact[] => inOrder(sharedFacts(told))

function sharedFacts({ deposits, cases, events, entries, toBookTime }: Told): readonly Fact[] {
  return [
    ...deposits.flatMap((one) => depositFacts(one, toBookTime)),
    ...entries.map((entry) => entryFact(entry, toBookTime)),
    ...events.flatMap((event) => eventFacts(event, cases)),
  ]
}

function beginning(payment: Payment, events: readonly EventNote[]): readonly Fact[] {
  const { price, currency, createdAt, expiresAt, options, facts } = payment
  const eventOf = (word: string): Fact['reference'] => {
    const event = events.find((one) => wordOf(one) === word && one.objectId === payment.paymentId)
    return event === undefined ? {} : { eventId: event.eventId }
  }
  const created: Fact = {
    at: createdAt,
    kind: 'created',
    source: 'request',
    sentence: `${formatUnits(price.units, price.decimals)} ${currency} were asked for.`,
    reference: eventOf('created'),
  }
  const dues = options.map((option) => coinText(option.asset, option.due)).join(' or ')
  const quoted: Fact = {
    at: createdAt,
    kind: 'quoted',
    source: 'request',
    sentence: `Quoted as ${dues}, until ${timeText(expiresAt)}.`,
    reference: {},
  }
  if (facts.claimedAt === undefined) return [created, quoted]
  const claimed: Fact = {
    at: facts.claimedAt,
    kind: 'claimed',
    source: 'request',
    sentence: 'The payer said that it was sent.',
    reference: eventOf('claimed'),
  }
  return [created, quoted, claimed]
}

const wordOf = ({ type }: EventNote): string => type.slice(type.lastIndexOf('.') + 1)

type Change =
  | Exclude<Status, 'awaiting'>
  | 'pending'
  | 'awaiting_payment'
  | Exclude<PaymentException, 'none'>
  | 'updated'
type ChangeText = Pick<Fact, 'source' | 'sentence'>

const CHANGES: Readonly<Record<Change, ChangeText>> = {
  pending: { source: 'chain', sentence: 'It waits for its payer again.' },
  awaiting_payment: { source: 'chain', sentence: 'It waits for its payer again.' },
  confirming: { source: 'chain', sentence: 'Enough was seen.' },
  confirmed: { source: 'ledger', sentence: 'It is paid: enough is final, or was accepted.' },
  expired: { source: 'clock', sentence: 'The quote came to its end before it was paid.' },
  failed: { source: 'clock', sentence: 'What the payer spoke of did not come in 24 hours.' },
  underpaid: { source: 'chain', sentence: 'What came is less than the price.' },
  overpaid: { source: 'chain', sentence: 'What came is more than the price.' },
  late: { source: 'chain', sentence: 'Coins came after the end of the quote.' },
  wrong_asset: { source: 'chain', sentence: 'Coins came that were not asked for.' },
  reverted: { source: 'chain', sentence: 'A fork took coins back.' },
  updated: { source: 'chain', sentence: 'What came for it is another amount now.' },
}

// Its making and the payer's word are facts of their own, which name these events.
const CHANGE_OF: ReadonlyMap<string, ChangeText> = new Map(Object.entries(CHANGES))

function eventFacts(event: EventNote, cases: readonly ExceptionCase[]): readonly Fact[] {
  const word = wordOf(event)
  const { createdAt: at, eventId, objectId } = event
  const one = cases.find((one) => one.exceptionId === objectId)
  if (one !== undefined) {
    const reference = { eventId, objectId }
    return word === 'opened'
      ? [{ at, kind: 'exception_opened', source: 'ledger', sentence: openedText(one), reference }]
      : [{ at, kind: 'exception_resolved', ...resolvedText(one), reference }]
  }
  const change = CHANGE_OF.get(word)
  return change === undefined ? [] : [{ at, kind: 'changed', ...change, reference: { eventId } }]
}

const openedText = ({ exceptionId, kind }: ExceptionCase): string =>
  `Exception ${exceptionId} (${kind}) was opened.`

function resolvedText({ exceptionId, resolution }: ExceptionCase): ChangeText {
  const by: ResolvedBy = resolution?.by ?? 'settled'
  return by === 'settled'
    ? { source: 'chain', sentence: `Exception ${exceptionId} ended by what came later.` }
    : { source: 'request', sentence: `Exception ${exceptionId} was resolved by \`${by}\`.` }
}
