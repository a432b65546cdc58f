import { z } from 'zod'
import { openPayment, preparePayment } from '../../payments/open-payment.action.ts'
import { readFrame } from '../../payments/read-frame.action.ts'
import { findPayment, listPayments } from '../../payments/read-payments.action.ts'
import { brief, paymentSnapshot } from '../../payments/snapshot.ts'
import { route } from '../route.ts'
import { Payment, PaymentInList } from './face-shapes.ts'
import { pageQuery, pagination } from './page.ts'
import {
  OPENING_ERRORS,
  acceptedAssets,
  asked,
  customerId,
  filterOf,
  idParams,
  line,
  metadata,
  paymentFilter,
  url,
} from './payment-shapes.ts'

/** `POST /v1/payments` */
export const createPayment = route({
  method: 'POST',
  path: '/v1/payments',
  summary: 'Create a payment',
  description:
    'Quotes the price in every accepted asset and gives each family of networks an address of its own (Ethereum and its like share one).',
  tag: 'Payments',
  together: true,
  body: z.strictObject({
    amount: asked,
    fiat_currency: line(200),
    callback_url: url,
    accepted_assets: acceptedAssets,
    customer_id: customerId,
    metadata,
  }),
  example: { amount: 500, fiat_currency: 'USD', metadata: { order_id: 'ORD-77A01' } },
  reply: { 201: Payment },
  errors: OPENING_ERRORS,
  prepare: async (ctx, { principal: { book }, body }) => {
    const prepared = await preparePayment(ctx, book, {
      face: 'payment',
      amount: body.amount,
      currency: body.fiat_currency,
      acceptedAssets: body.accepted_assets,
      productName: undefined,
      description: undefined,
      customerId: body.customer_id,
      customerEmail: undefined,
      metadata: body.metadata,
      urls: { callback_url: body.callback_url },
    })
    return async (dbTx, ctx) => {
      const payment = await openPayment(ctx, dbTx, { book, prepared })
      return {
        status: 201,
        data: paymentSnapshot(payment, await readFrame({ ...ctx, db: dbTx }, book, [payment])),
      }
    }
  },
})

/** `GET /v1/payments` */
export const listAllPayments = route({
  method: 'GET',
  path: '/v1/payments',
  summary: 'List payments',
  description: 'Payments, checkout sessions and invoices alike, newest first.',
  tag: 'Payments',
  query: z.strictObject({ ...pageQuery, ...paymentFilter }),
  reply: { 200: z.array(PaymentInList) },
  errors: ['payments.place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const listed = await listPayments(ctx, book, { filter: filterOf(query), place: query })
    const frame = await readFrame(ctx, book, listed.items)
    return {
      status: 200,
      data: listed.items.map((one) => brief(paymentSnapshot(one, frame))),
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/payments/:id` */
export const getPayment = route({
  method: 'GET',
  path: '/v1/payments/:id',
  summary: 'Fetch a payment',
  description: 'Ids of checkout sessions and invoices are found here as well.',
  tag: 'Payments',
  params: idParams,
  reply: { 200: Payment },
  errors: ['payments.payment_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const payment = await findPayment(ctx, book, { id: params.id })
    return { status: 200, data: paymentSnapshot(payment, await readFrame(ctx, book, [payment])) }
  },
})
