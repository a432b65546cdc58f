import { z } from 'zod'
import type { DeliveryDetail } from '../../events/deliveries.action.ts'
import type { ListedDelivery } from '../../events/delivery-list.ts'
import type { DeliveryFailure, DeliveryState, DeliveryStatus } from '../../events/delivery.ts'
import { eventBody, isoTime } from '../../events/event.ts'
import { timeText } from './payment-shapes.ts'

// Deliveries on the wire: one event for one target.

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

const STATES = [
  'pending',
  'delivered',
  'failed',
  'canceled',
] as const satisfies readonly DeliveryState[]

/** How a delivery stands. */
export const deliveryStatus = z
  .enum(STATES)
  .describe(
    '`failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again.',
  )

const target = z.string().describe('A webhook endpoint, or `callback`: the object’s own URL.')

/** The members of a delivery that stands beside its event. */
export const delivery = {
  target,
  status: deliveryStatus,
  next_attempt_at: timeText.nullable(),
  planned_attempts: z
    .array(timeText)
    .describe('The next attempt and those after it, if none is acknowledged.'),
  attempts: z.array(Attempt),
}

const told = {
  event_id: z.string().meta({ examples: ['evt_01K9'] }),
  event: z.string().meta({ examples: ['checkout.session.confirmed'] }),
  test: z.boolean().describe('It tries the receiver, and tells of nothing that happened.'),
  object_id: z.string(),
  sequence: z.int(),
  created_at: timeText.describe('When it happened.'),
}

/** A delivery in a list. */
export const DeliveryInList = z.strictObject({
  ...told,
  target,
  status: deliveryStatus,
  next_attempt_at: timeText.nullable(),
  attempts: z.int().describe('How many were made.'),
  last_attempt: z
    .strictObject({
      started_at: timeText,
      status_code: z.int().nullable(),
      failure: z.enum(FAILURES).nullable(),
    })
    .nullable(),
})

/** A delivery with its attempts and what is sent. */
export const DeliveryInFull = z.strictObject({
  ...told,
  ...delivery,
  body: z.string().describe('What is sent: the same bytes at every attempt.'),
})

/** A delivery beside its event, as the wire has it. */
export const deliveryOnWire = (one: DeliveryStatus) => {
  const planned = one.planned.map(isoTime)
  return {
    target: one.target,
    status: one.state,
    next_attempt_at: planned[0] ?? null,
    planned_attempts: planned,
    attempts: one.attempts.map((made) => ({
      attempt: made.attempt,
      started_at: isoTime(made.startedAt),
      duration_ms: made.durationMs,
      status_code: made.status ?? null,
      failure: made.failure ?? null,
      answer: made.answerHead ?? null,
    })),
  }
}

/** A delivery by itself, as the wire has it. */
export const detailOnWire = ({ event, delivery: one }: DeliveryDetail) => ({
  event_id: event.eventId,
  event: event.type,
  test: event.isTest,
  object_id: event.objectId,
  sequence: event.sequence,
  created_at: isoTime(event.createdAt),
  ...deliveryOnWire(one),
  body: eventBody(event),
})

/** A delivery of a list, as the wire has it. */
export const listedOnWire = (one: ListedDelivery) => ({
  event_id: one.eventId,
  event: one.type,
  test: one.isTest,
  object_id: one.objectId,
  sequence: one.sequence,
  created_at: isoTime(one.createdAt),
  target: one.target,
  status: one.state,
  next_attempt_at: one.dueAt === undefined ? null : isoTime(one.dueAt),
  attempts: one.attempts,
  last_attempt:
    one.lastAttempt === undefined
      ? null
      : {
          started_at: isoTime(one.lastAttempt.startedAt),
          status_code: one.lastAttempt.status ?? null,
          failure: one.lastAttempt.failure ?? null,
        },
})
