import { coinText } from '../explain/coin-text.ts'
import { entryFact, type ToBookTime } from '../explain/entry-facts.ts'
import { inOrder, isWaiting } from '../explain/explanation.ts'
import type { Explanation, Explanations, Fact, Waiting } from '../explain/explanation.ts'
import { explainSending } from '../explain/sending.ts'
import { sendingFacts } from '../explain/sending-facts.ts'
import type { OutgoingStory } from '../custody/outgoing/story.ts'
import type { EventNote } from '../events/event.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { knownNetwork } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Sweep } from './sweep.ts'

/** What is told of a sweep. */
export type SweepFacts = Readonly<{
  sweep: Sweep
  /** What went out for it: what it needed first, and itself; the earliest first. */
  sent: readonly OutgoingStory[]
  events: readonly EventNote[]
  /** What the journal has of what went out. */
  entries: readonly BookedEntry[]
  toBookTime: ToBookTime
}>

/** Why a sweep is in the state it is in. */
export const sweepExplanations = {
  sending: (facts) => sendingWaits(facts),
  completed: ({ sweep }) => ({
    code: 'swept',
    message: `${gathered(sweep)} are in the treasury ${sweep.treasury}.`,
  }),
  failed: ({ sweep }) => ({
    code: 'not_swept',
    message: `The coins were not moved: ${sweep.problem ?? 'no reason was kept'}.`,
    whatToDo: 'They lie where they lay. GET /v1/sweeps/plan shows what another sweep would do.',
  }),
} satisfies Explanations<Sweep['state'], 'completed' | 'failed', SweepFacts>

/** Where a sweep stands, why, and how it came there. */
export function explainSweep(facts: SweepFacts): Explanation {
  const { sweep } = facts
  return {
    id: sweep.sweepId,
    state: sweep.state,
    reason: sweepExplanations[sweep.state](facts),
    timeline: inOrder(timelineOf(facts)),
  }
}

function sendingWaits({ sent, toBookTime, sweep }: SweepFacts): Waiting {
  const newest = sent.at(-1)
  const told = newest === undefined ? undefined : explainSending({ story: newest, toBookTime })
  if (newest === undefined || told === undefined || !isWaiting(told)) {
    const message = 'One step is done and the next is being planned.'
    return { code: 'between_steps', message, waitsFor: 'sender' }
  }
  const first = newest.kind === 'sweep' ? '' : 'What it needs comes first. '
  const payer = told.waitsFor === 'sender' ? ` The treasury is ${sweep.treasury}.` : ''
  return { ...told, message: `${first}${told.message}${payer}` }
}

const gathered = ({ asset, legs }: Sweep): string =>
  coinText(asset, units(legs.reduce((sum, leg) => sum + leg.units, 0n)))

function timelineOf(facts: SweepFacts): readonly Fact[] {
  const { sweep, sent, events, entries, toBookTime } = facts
  const created = events.find((event) => event.type === 'sweep.created')
  const begun: Fact = {
    at: toBookTime(sweep.createdAt),
    kind: 'created',
    source: 'request',
    sentence: `${gathered(sweep)} at ${sweep.legs.length} addresses are to go to ${sweep.treasury}.`,
    reference: created === undefined ? {} : { eventId: created.eventId },
  }
  const quoted: Fact = {
    at: begun.at,
    kind: 'quoted',
    source: 'chain',
    sentence: `That was to cost ${coinText(knownNetwork(sweep.chain).native, sweep.estimatedFee)}.`,
    reference: {},
  }
  const ends = events
    .filter((event) => event.type !== 'sweep.created')
    .map((event): Fact => ({
      at: event.createdAt,
      kind: 'changed',
      source: 'chain',
      sentence: `The sweep is ${event.type.replace('sweep.', '')}.`,
      reference: { eventId: event.eventId },
    }))
  return [
    ...[begun, quoted],
    ...sent.flatMap((story) => sendingFacts(story, toBookTime)),
    ...entries.map((entry) => entryFact(entry, toBookTime)),
    ...ends,
  ]
}
