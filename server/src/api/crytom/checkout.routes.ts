import { z } from 'zod'
import { claimPayment, hearClaim, type Claim } from '../../payments/claim-payment.action.ts'
import { openPayment, preparePayment } from '../../payments/open-payment.action.ts'
import { readFrame } from '../../payments/read-frame.action.ts'
import { findPayment, listPayments } from '../../payments/read-payments.action.ts'
import { brief, checkoutSnapshot } from '../../payments/snapshot.ts'
import { route } from '../route.ts'
import { Session, SessionInList } from './face-shapes.ts'
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

/** `POST /v1/checkout/sessions` */
export const createCheckoutSession = route({
  method: 'POST',
  path: '/v1/checkout/sessions',
  summary: 'Create a checkout session',
  description:
    'Quotes the price in every accepted asset for the quote window and gives each family of networks an address of its own (Ethereum and its like share one). The hosted page behind `checkout_url` is not part of this version yet.',
  tag: 'Checkout',
  together: true,
  body: z.strictObject({
    amount: asked,
    currency: line(200),
    product_name: line(500),
    success_url: url,
    cancel_url: url,
    callback_url: url,
    accepted_assets: acceptedAssets,
    customer_id: customerId,
    metadata,
  }),
  example: {
    amount: 250.5,
    currency: 'USD',
    product_name: 'Yearly plan',
    customer_id: 'user_998877',
    metadata: { order_id: 'ORD-500' },
    accepted_assets: ['BTC', 'USDT_BSC'],
  },
  reply: { 201: Session },
  errors: OPENING_ERRORS,
  prepare: async (ctx, { principal: { book }, body }) => {
    const prepared = await preparePayment(ctx, book, {
      face: 'checkout',
      amount: body.amount,
      currency: body.currency,
      acceptedAssets: body.accepted_assets,
      productName: body.product_name,
      description: undefined,
      customerId: body.customer_id,
      customerEmail: undefined,
      metadata: body.metadata,
      urls: {
        success_url: body.success_url,
        cancel_url: body.cancel_url,
        callback_url: body.callback_url,
      },
    })
    return async (dbTx, ctx) => {
      const session = await openPayment(ctx, dbTx, { book, prepared })
      return {
        status: 201,
        data: checkoutSnapshot(session, await readFrame({ ...ctx, db: dbTx }, book, [session])),
      }
    }
  },
})

/** `GET /v1/checkout/sessions` */
export const listCheckoutSessions = route({
  method: 'GET',
  path: '/v1/checkout/sessions',
  summary: 'List checkout sessions',
  tag: 'Checkout',
  query: z.strictObject({ ...pageQuery, ...paymentFilter }),
  reply: { 200: z.array(SessionInList) },
  errors: ['payments.place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const listed = await listPayments(ctx, book, {
      filter: { ...filterOf(query), face: 'checkout' },
      place: query,
    })
    const frame = await readFrame(ctx, book, listed.items)
    return {
      status: 200,
      data: listed.items.map((one) => brief(checkoutSnapshot(one, frame))),
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/checkout/sessions/:id` */
export const getCheckoutSession = route({
  method: 'GET',
  path: '/v1/checkout/sessions/:id',
  summary: 'Retrieve a checkout session',
  tag: 'Checkout',
  params: idParams,
  reply: { 200: Session },
  errors: ['payments.payment_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const session = await findPayment(ctx, book, { id: params.id, face: 'checkout' })
    return { status: 200, data: checkoutSnapshot(session, await readFrame(ctx, book, [session])) }
  },
})

/** `POST /v1/checkout/sessions/:id/verify` */
export const verifyCheckoutSession = route({
  method: 'POST',
  path: '/v1/checkout/sessions/:id/verify',
  summary: 'Verify a payment claim',
  description:
    'For a payer who says that it was paid. The chain is looked at once, and kept in view for 24 hours; only after that the session fails. A claim books nothing.',
  tag: 'Checkout',
  params: idParams,
  body: z.strictObject({ currency: line(200) }),
  example: { currency: 'USDT_BSC' },
  reply: {
    200: z.strictObject({
      status: z.enum(['pending', 'confirming', 'confirmed', 'failed']),
      message: z.string(),
      wallets: z.array(
        z.strictObject({
          currency: z.string(),
          status: z.string(),
          tx_hash: z.string().nullable(),
        }),
      ),
    }),
  },
  errors: ['payments.payment_unknown', 'payments.asset_not_offered'],
  prepare: async (ctx, { principal: { book }, params, body }) => {
    const claim: Claim = { book, paymentId: params.id, currency: body.currency }
    await hearClaim(ctx, claim)
    return async (dbTx, ctx) => ({ status: 200, data: await claimPayment(ctx, dbTx, claim) })
  },
})
