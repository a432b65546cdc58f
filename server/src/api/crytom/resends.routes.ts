import { z } from 'zod'
import { cancelResend, findResend, listResends, startResend } from '../../events/resend.action.ts'
import { catchUp } from '../../events/sequence.action.ts'
import { route } from '../route.ts'
import { idParams } from './payment-shapes.ts'
import { Resend, ResendWanted, resendOnWire } from './resend-shapes.ts'

const resendParams = idParams.extend({ resend_id: z.string().max(200) })

/** `POST /v1/webhook-endpoints/:id/resends` */
export const createResend = route({
  method: 'POST',
  path: '/v1/webhook-endpoints/:id/resends',
  summary: 'Send a part of the log to a webhook endpoint again',
  description:
    'Of the events that you name, those that the endpoint wants: what it missed, or all. Each begins a new schedule. They are queued a few hundred at a time, so that new events are not held up behind them.',
  tag: 'Webhook endpoints',
  params: idParams,
  body: ResendWanted,
  example: { only: 'missed', type: 'payment.*', from: '2026-02-20T00:00:00Z' },
  reply: { 202: Resend },
  errors: ['events.endpoint_unknown', 'events.endpoint_disabled', 'events.too_many_resends'],
  prepare: async (ctx, { principal: { book }, params: { id }, body }) => {
    await catchUp(ctx, book.bookId)
    const { only, event_ids: eventIds, object_id: objectId, type, from, to } = body
    const filter = { missedOnly: only === 'missed', eventIds, objectId, type, from, to }
    return async (dbTx, ctx) => {
      const started = await startResend(ctx, dbTx, { book, endpointId: id, filter })
      return { status: 202, message: 'Resend started', data: resendOnWire(started) }
    }
  },
})

/** `GET /v1/webhook-endpoints/:id/resends` */
export const listAllResends = route({
  method: 'GET',
  path: '/v1/webhook-endpoints/:id/resends',
  summary: 'List the resends to a webhook endpoint',
  description: 'The latest hundred, the newest first.',
  tag: 'Webhook endpoints',
  params: idParams,
  reply: { 200: z.array(Resend) },
  errors: ['events.endpoint_unknown'],
  handle: async (ctx, { principal: { book }, params: { id } }) => {
    const resends = await listResends(ctx.db, { book, endpointId: id })
    return { status: 200, data: resends.map(resendOnWire) }
  },
})

/** `GET /v1/webhook-endpoints/:id/resends/:resend_id` */
export const getResend = route({
  method: 'GET',
  path: '/v1/webhook-endpoints/:id/resends/:resend_id',
  summary: 'Fetch a resend',
  tag: 'Webhook endpoints',
  params: resendParams,
  reply: { 200: Resend },
  errors: ['events.resend_unknown'],
  handle: async (ctx, { principal: { book }, params: { id, resend_id: resendId } }) => {
    const found = await findResend(ctx.db, { book, endpointId: id, resendId })
    return { status: 200, data: resendOnWire(found) }
  },
})

/** `POST /v1/webhook-endpoints/:id/resends/:resend_id/cancel` */
export const stopResend = route({
  method: 'POST',
  path: '/v1/webhook-endpoints/:id/resends/:resend_id/cancel',
  summary: 'Stop a resend',
  description: 'What it has queued is sent. One that has ended stays as it is.',
  tag: 'Webhook endpoints',
  params: resendParams,
  reply: { 200: Resend },
  errors: ['events.resend_unknown'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id, resend_id: resendId } }) => {
    const stopped = await cancelResend(ctx, dbTx, { book, endpointId: id, resendId })
    return { status: 200, data: resendOnWire(stopped) }
  },
})
