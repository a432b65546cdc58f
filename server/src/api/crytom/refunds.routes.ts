import { z } from 'zod'
import { listRefunds, viewRefund } from '../../payments/refunds.action.ts'
import { prepareRefund, sendRefund } from '../../payouts/send-refunds.action.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams } from './payment-shapes.ts'
import { PAYOUT_ERRORS, address } from './payout-requests.ts'
import { Refund } from './refund-shapes.ts'

/** `GET /v1/refunds` */
export const listAllRefunds = route({
  method: 'GET',
  path: '/v1/refunds',
  summary: 'List refunds',
  tag: 'Exceptions',
  query: z.strictObject(pageQuery),
  reply: { 200: z.array(Refund) },
  errors: ['payments.place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { items, total, next } = await listRefunds(ctx.db, book, query)
    return { status: 200, data: items, pagination: pagination(query, total, next) }
  },
})

/** `GET /v1/refunds/:id` */
export const getRefund = route({
  method: 'GET',
  path: '/v1/refunds/:id',
  summary: 'Fetch a refund',
  tag: 'Exceptions',
  params: idParams,
  reply: { 200: Refund },
  errors: ['payments.refund_unknown'],
  handle: async (ctx, { principal: { book }, params }) => ({
    status: 200,
    data: await viewRefund(ctx.db, book, params.id),
  }),
})

/** `POST /v1/refunds/:id/send` */
export const sendARefund = route({
  method: 'POST',
  path: '/v1/refunds/:id/send',
  summary: 'Send a refund',
  description:
    'Begins the payout of a refund that awaits one. The fee is taken off what the payer gets. The refund follows its payout: `sending`, then `sent`, or `awaiting_payout` again with what went wrong.',
  tag: 'Exceptions',
  params: idParams,
  body: z.strictObject({ address }),
  reply: { 202: Refund },
  errors: [...PAYOUT_ERRORS, 'payments.refund_unknown', 'payments.refund_under_way'],
  prepare: async (ctx, { principal: { book, keyId }, params, body }) => {
    const asked = { refundId: params.id, initiator: keyId, address: body.address }
    const refund = await prepareRefund(ctx, book, asked)
    return async (dbTx, ctx) => {
      await sendRefund(ctx, dbTx, { book, refund })
      return { status: 202, data: await viewRefund(dbTx, book, params.id) }
    }
  },
})
