import { z } from 'zod'
import { isoTime } from '../../events/event.ts'
import type { Resend as Known } from '../../events/resend.ts'
import type { Instant } from '../../shell/clock.ts'
import { eventPattern } from './event-shapes.ts'
import { line, timeFilter, timeText } from './payment-shapes.ts'

// Parts of the log that are sent again, on the wire.

/** Which events are to be sent again: at least one member narrows them. */
export const ResendWanted = z
  .strictObject({
    only: z
      .enum(['missed', 'all'])
      .default('missed')
      .describe('`missed`: what the endpoint never acknowledged, told of it or not.'),
    event_ids: z.array(line(200)).min(1).max(100).optional(),
    object_id: line(200).optional(),
    type: eventPattern.optional(),
    from: timeFilter.optional().describe('What happened then or later.'),
    to: timeFilter.optional().describe('What happened then or before.'),
  })
  .refine(
    ({ event_ids: ids, object_id: object, type, from, to }) =>
      [ids, object, type, from, to].some((one) => one !== undefined),
    'Name events, an object, a type or a time: `{"type":"*"}` is the whole log.',
  )

/** A resend as answers show it. */
export const Resend = z.strictObject({
  id: z.string().meta({ examples: ['rsd_01K9'] }),
  endpoint_id: z.string(),
  status: z
    .enum(['running', 'completed', 'canceled'])
    .describe('`completed`: all of it is queued, see the deliveries for how each went.'),
  only: z.enum(['missed', 'all']),
  event_ids: z.array(z.string()).readonly().nullable(),
  object_id: z.string().nullable(),
  type: z.string().nullable(),
  from: timeText.nullable(),
  to: timeText.nullable(),
  queued: z.int().describe('Events that were queued so far.'),
  left: z.int().describe('Events of the log that it has not looked at yet.'),
  created_at: timeText,
  ended_at: timeText.nullable(),
})

const timeOrNull = (instant: Instant | undefined): string | null =>
  instant === undefined ? null : isoTime(instant)

/** A resend as the wire has it. */
export const resendOnWire = (one: Known) => ({
  id: one.resendId,
  endpoint_id: one.endpointId,
  status: one.state,
  only: one.missedOnly ? ('missed' as const) : ('all' as const),
  event_ids: one.eventIds ?? null,
  object_id: one.objectId ?? null,
  type: one.type ?? null,
  from: timeOrNull(one.from),
  to: timeOrNull(one.to),
  queued: one.sent,
  left: one.untilPosition - one.position,
  created_at: isoTime(one.createdAt),
  ended_at: timeOrNull(one.endedAt),
})
