import { z } from 'zod'
import { readEvent, readLog, resendEvent } from '../../events/events.action.ts'
import { catchUp } from '../../events/sequence.action.ts'
import { route } from '../route.ts'
import { deliveryOnWire } from './delivery-shapes.ts'
import { EventInFull, EventInList, eventOnWire, eventPattern } from './event-shapes.ts'
import { queryNumber } from './page.ts'
import { idParams, line, timeFilter } from './payment-shapes.ts'

/** `GET /v1/events` */
export const listEvents = route({
  method: 'GET',
  path: '/v1/events',
  summary: 'Read the event log',
  description:
    'The oldest first. Go on after the `id` of the last event of each page, until a page is empty: you then have every event exactly once, those of one object in the order of their `sequence`.',
  tag: 'Events',
  query: z.strictObject({
    after: line(200).optional().describe('The last event that you read.'),
    limit: queryNumber({ min: 1, max: 100, fallback: 20, description: 'Events on a page.' }),
    type: eventPattern.optional(),
    object_id: line(200).optional(),
    created_from: timeFilter.optional().describe('What happened then or later.'),
  }),
  reply: { 200: z.array(EventInList) },
  errors: ['events.cursor_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { object_id: objectId, created_from: createdFrom, ...rest } = query
    const events = await readLog(ctx, book, { ...rest, objectId, createdFrom })
    return { status: 200, data: events.map(eventOnWire) }
  },
})

/** `GET /v1/events/:id` */
export const getEvent = route({
  method: 'GET',
  path: '/v1/events/:id',
  summary: 'Fetch an event with its deliveries',
  tag: 'Events',
  params: idParams,
  reply: { 200: EventInFull },
  errors: ['events.event_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const { event, deliveries } = await readEvent(ctx, book, params.id)
    const data = { ...eventOnWire(event), deliveries: deliveries.map(deliveryOnWire) }
    return { status: 200, data }
  },
})

/** `POST /v1/events/:id/resend` */
export const resend = route({
  method: 'POST',
  path: '/v1/events/:id/resend',
  summary: 'Send an event again',
  description:
    'At once and with a new schedule: to everyone who would be told of it if it happened now, or to one endpoint, whatever that one’s filter says.',
  tag: 'Events',
  params: idParams,
  body: z.strictObject({ endpoint_id: line(200).optional() }).optional(),
  example: {},
  reply: { 202: z.strictObject({ id: z.string(), targets: z.array(z.string()).readonly() }) },
  errors: ['events.event_unknown', 'events.endpoint_unknown', 'events.endpoint_disabled'],
  prepare: async (ctx, { principal: { book }, params: { id }, body }) => {
    await catchUp(ctx, book.bookId)
    const wanted = { book, eventId: id, endpointId: body?.endpoint_id }
    return async (dbTx, ctx) => {
      const targets = await resendEvent(ctx, dbTx, wanted)
      return { status: 202, message: 'Event queued', data: { id, targets } }
    }
  },
})
