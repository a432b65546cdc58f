import { z } from 'zod'
import { isWaiting } from '../../explain/explanation.ts'
import type {
  Explanation,
  Fact,
  FactKind,
  FactSource,
  WaitsFor,
} from '../../explain/explanation.ts'
import { timeText } from './payment-shapes.ts'

// Why something stands where it stands, and how it came there, on the wire.

const KINDS = [
  'created',
  'quoted',
  'claimed',
  'seen',
  'in_block',
  'credited',
  'reverted',
  'booked',
  'changed',
  'exception_opened',
  'exception_resolved',
  'required',
  'code_sent',
  'verified',
  'planned',
  'built',
  'signed',
  'broadcast',
  'replaced',
  'mined',
  'final',
  'failed',
] as const satisfies readonly FactKind[]

const SOURCES = [
  'chain',
  'request',
  'ledger',
  'signer',
  'clock',
] as const satisfies readonly FactSource[]

const WAITS = [
  'payer',
  'chain',
  'confirmations',
  'decision',
  'code',
  'approval',
  'sender',
  'signer',
  'coins',
  'operator',
] as const satisfies readonly WaitsFor[]

const Happened = z.strictObject({
  at: timeText,
  kind: z.enum(KINDS),
  source: z.enum(SOURCES).describe('Who it is known from.'),
  sentence: z.string(),
  reference: z.strictObject({
    tx_hash: z.string().nullable(),
    block: z.strictObject({ height: z.int(), hash: z.string() }).nullable(),
    entry_id: z.string().nullable().describe('In the journal.'),
    event_id: z.string().nullable().describe('`GET /v1/events/:id` shows it.'),
    object_id: z.string().nullable().describe('A deposit, exception or refund that it tells of.'),
  }),
})

/** Where something stands, why, and how it came there. */
export const ExplanationShape = z.strictObject({
  id: z.string(),
  state: z.string().describe('As `status` of the object itself.'),
  reason: z.strictObject({
    code: z.string().meta({ examples: ['confirmations'] }),
    message: z.string(),
  }),
  waits_for: z.enum(WAITS).nullable().describe('Who has to act; null at an end.'),
  next_at: timeText.nullable().describe('When something happens to it by itself.'),
  what_to_do: z.string().nullable().describe('What you can do; null: nothing but wait.'),
  timeline: z.array(Happened).describe('What happened, oldest first.'),
})

/** A time of a timeline: its facts lie closer together than whole seconds. */
const preciseTime = (instant: number): string => new Date(instant).toISOString()

/** An explanation as the wire has it. */
export function explanationOnWire({ id, state, reason, timeline }: Explanation) {
  const waiting = isWaiting(reason) ? reason : undefined
  return {
    id,
    state,
    reason: { code: reason.code, message: reason.message },
    waits_for: waiting?.waitsFor ?? null,
    next_at: waiting?.nextAt === undefined ? null : preciseTime(waiting.nextAt),
    what_to_do: reason.whatToDo ?? null,
    timeline: timeline.map(factOnWire),
  }
}

const factOnWire = ({ at, kind, source, sentence, reference }: Fact) => ({
  at: preciseTime(at),
  kind,
  source,
  sentence,
  reference: {
    tx_hash: reference.txHash ?? null,
    block: reference.block ?? null,
    entry_id: reference.entryId ?? null,
    event_id: reference.eventId ?? null,
    object_id: reference.objectId ?? null,
  },
})
