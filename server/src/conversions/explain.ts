import type { EventNote } from '../events/event.ts'
import { coinText } from '../explain/coin-text.ts'
import { entryFact, type ToBookTime } from '../explain/entry-facts.ts'
import { inOrder } from '../explain/explanation.ts'
import type { Explanation, Explanations, Fact } from '../explain/explanation.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { formatRate } from '../money/rate.ts'
import type { Price } from '../rates/price.ts'
import type { Conversion } from './conversion.ts'
import type { conversionSnapshot } from './snapshot.ts'

/** What is told of a conversion. */
export type ConversionFacts = Readonly<{
  conversion: Conversion
  events: readonly EventNote[]
  entries: readonly BookedEntry[]
  toBookTime: ToBookTime
}>

type ConversionState = ReturnType<typeof conversionSnapshot>['status']

/** Why a conversion is in the state it is in: what was refused left nothing to explain. */
export const conversionExplanations = {
  completed: ({ conversion: { from, to, given, received, spread } }) => ({
    code: 'exchanged',
    message: `${coinText(from, given)} became ${coinText(to, received)}, and ${coinText(to, spread)} were kept as the spread.`,
  }),
} satisfies Explanations<ConversionState, 'completed', ConversionFacts>

/** Where a conversion stands and what it rests on. */
export function explainConversion(facts: ConversionFacts): Explanation {
  const state: ConversionState = 'completed'
  return {
    id: facts.conversion.conversionId,
    state,
    reason: conversionExplanations[state](facts),
    timeline: inOrder(timelineOf(facts)),
  }
}

function timelineOf({ conversion, events, entries, toBookTime }: ConversionFacts): readonly Fact[] {
  const { prices, rate, createdAt, from, to, given } = conversion
  const created: Fact = {
    at: createdAt,
    kind: 'created',
    source: 'request',
    sentence: `${coinText(from, given)} were to be exchanged, at ${formatRate(rate)} for a whole one.`,
    reference: {},
  }
  const told = events.map((event): Fact => ({
    at: event.createdAt,
    kind: 'changed',
    source: 'ledger',
    sentence: 'The conversion is completed.',
    reference: { eventId: event.eventId },
  }))
  const quoted = from === to ? [prices.from] : [prices.from, prices.to]
  return [
    ...quoted.map(priceFact),
    created,
    ...entries.map((entry) => entryFact(entry, toBookTime)),
    ...told,
  ]
}

const priceFact = ({ currency, usd, at, sources }: Price): Fact => ({
  at,
  kind: 'quoted',
  source: 'request',
  sentence: `${currency} was accepted at ${formatRate(usd)} US dollars, as ${sources.join(', ')} said.`,
  reference: {},
})
