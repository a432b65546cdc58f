import { z } from 'zod'
import { isEventPattern, isoTime, type Event } from '../../events/event.ts'
import { readJson } from '../../money/json.ts'
import { delivery } from './delivery-shapes.ts'
import { timeText } from './payment-shapes.ts'

// Events on the wire.

/** A type, a stem with a star, or a star. */
export const eventPattern = z
  .string()
  .max(100)
  .refine(isEventPattern, 'No event is called so. Name a type, a stem such as `payment.*`, or `*`.')

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

/** An event with the deliveries that tell of it. */
export const EventInFull = z.strictObject({
  ...told,
  deliveries: z.array(z.strictObject(delivery)),
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
