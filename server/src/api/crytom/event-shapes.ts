import { z } from 'zod'
import type { DeliveryFailure, DeliveryStatus } from '../../events/delivery.ts'
import { isEventPattern, isoTime, type Event } from '../../events/event.ts'
import { readJson } from '../../money/json.ts'
import { timeText } from './payment-shapes.ts'

// Events and their deliveries on the wire.

/** A type, a stem with a star, or a star. */
export const eventPattern = z
  .string()
  .max(100)
  .refine(isEventPattern, 'It must be an event type, a stem such as `payment.*`, or `*`.')

const told = {
  id: z.string().meta({ examples: ['evt_01K9'] }),
  event: z.string().meta({ examples: ['checkout.session.confirmed'] }),
  test: z
    .literal(true)
    .optional()
    .describe('It tries a receiver, and tells of nothing that happened.'),
  data: z.unknown().meta({ type: 'object', description: 'The object as it then was.' }),
  object_id: z.string().meta({ examples: ['chk_01K9'] }),
  sequence: z.int().describe('Counts the events of the object from 1 without gaps.'),
  created_at: timeText,
}

/** An event, as the webhooks tell it too. */
export const EventInList = z.strictObject(told)

const FAILURES = [
  'refused',
  'unresolved',
  'unreachable',
  'tls',
  'timeout',
  'closed',
  'not_http',
  'internal',
] as const satisfies readonly DeliveryFailure[]

const Attempt = z.strictObject({
  attempt: z.int(),
  started_at: timeText,
  duration_ms: z.int(),
  status_code: z.int().nullable().describe('What the receiver answered; only 2xx acknowledges.'),
  failure: z.enum(FAILURES).nullable().describe('Why there was no answer.'),
  answer: z.string().nullable().describe('The beginning of what the receiver answered.'),
})

/** An event with the deliveries that tell of it. */
export const EventInFull = z.strictObject({
  ...told,
  deliveries: z.array(
    z.strictObject({
      target: z.string().describe('A webhook endpoint, or `callback`: the object’s own URL.'),
      status: z.enum(['pending', 'delivered', 'failed', 'canceled']),
      next_attempt_at: timeText.nullable(),
      attempts: z.array(Attempt),
    }),
  ),
})

/** An event as the wire has it; the numbers of its object stay as they were written. */
export const eventOnWire = (event: Event) => ({
  id: event.eventId,
  event: event.type,
  ...(event.isTest ? { test: true as const } : {}),
  data: readJson(event.snapshot),
  object_id: event.objectId,
  sequence: event.sequence,
  created_at: isoTime(event.createdAt),
})

/** A delivery as the wire has it. */
export const deliveryOnWire = (delivery: DeliveryStatus) => ({
  target: delivery.target,
  status: delivery.state,
  next_attempt_at: delivery.dueAt === undefined ? null : isoTime(delivery.dueAt),
  attempts: delivery.attempts.map((one) => ({
    attempt: one.attempt,
    started_at: isoTime(one.startedAt),
    duration_ms: one.durationMs,
    status_code: one.status ?? null,
    failure: one.failure ?? null,
    answer: one.answerHead ?? null,
  })),
})
