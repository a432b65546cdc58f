import { z } from 'zod'
import { listDeliveries, readDelivery } from '../../events/deliveries.action.ts'
import { findEndpoint } from '../../events/endpoints.action.ts'
import { route } from '../route.ts'
import {
  DeliveryInFull,
  DeliveryInList,
  deliveryStatus,
  detailOnWire,
  listedOnWire,
} from './delivery-shapes.ts'
import { eventPattern } from './event-shapes.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line } from './payment-shapes.ts'

const filters = {
  status: deliveryStatus.optional(),
  type: eventPattern.optional(),
  object_id: line(200).optional(),
}

/** `GET /v1/deliveries` */
export const listAllDeliveries = route({
  method: 'GET',
  path: '/v1/deliveries',
  summary: 'List deliveries',
  description:
    'Each is one event for one target. Those of the newest events first; also those to endpoints that were deleted, and to the `callback_url` of objects. `total` counts to 100 000.',
  tag: 'Webhook endpoints',
  query: z.strictObject({
    ...pageQuery,
    ...filters,
    target: line(200).optional().describe('A webhook endpoint, or `callback`.'),
  }),
  reply: { 200: z.array(DeliveryInList) },
  errors: ['events.cursor_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { target, status: state, type, object_id: objectId } = query
    const filter = { target, state, type, objectId }
    const { items, total, next } = await listDeliveries(ctx, book, { filter, place: query })
    const data = items.map(listedOnWire)
    return { status: 200, data, pagination: pagination(query, total, next) }
  },
})

/** `GET /v1/webhook-endpoints/:id/deliveries` */
export const listEndpointDeliveries = route({
  method: 'GET',
  path: '/v1/webhook-endpoints/:id/deliveries',
  summary: 'List the deliveries to a webhook endpoint',
  description: 'Those of the newest events first. `total` counts to 100 000.',
  tag: 'Webhook endpoints',
  params: idParams,
  query: z.strictObject({ ...pageQuery, ...filters }),
  reply: { 200: z.array(DeliveryInList) },
  errors: ['events.endpoint_unknown', 'events.cursor_unknown'],
  handle: async (ctx, { principal: { book }, params: { id }, query }) => {
    await findEndpoint(ctx.db, { book, endpointId: id })
    const { status: state, type, object_id: objectId } = query
    const filter = { target: id, state, type, objectId }
    const { items, total, next } = await listDeliveries(ctx, book, { filter, place: query })
    const data = items.map(listedOnWire)
    return { status: 200, data, pagination: pagination(query, total, next) }
  },
})

/** `GET /v1/webhook-endpoints/:id/deliveries/:event_id` */
export const getDelivery = route({
  method: 'GET',
  path: '/v1/webhook-endpoints/:id/deliveries/:event_id',
  summary: 'Fetch a delivery with its attempts',
  description: 'Every attempt with what the receiver answered, and when it is tried again.',
  tag: 'Webhook endpoints',
  params: idParams.extend({ event_id: z.string().max(200) }),
  reply: { 200: DeliveryInFull },
  errors: ['events.endpoint_unknown', 'events.event_unknown', 'events.delivery_unknown'],
  handle: async (ctx, { principal: { book }, params: { id, event_id: eventId } }) => {
    await findEndpoint(ctx.db, { book, endpointId: id })
    const detail = await readDelivery(ctx, book, { eventId, target: id })
    return { status: 200, data: detailOnWire(detail) }
  },
})
