import { z } from 'zod'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { awaitSending, CREATE_WAIT_MS } from '../../payouts/await-sending.action.ts'
import { cancelOne } from '../../payouts/cancel.action.ts'
import { createPayouts, prepareOrder } from '../../payouts/create-payouts.action.ts'
import type { PayoutAsked } from '../../payouts/payout-request.ts'
import {
  listPayouts,
  viewById,
  viewPayout,
  type PayoutView,
} from '../../payouts/read-payouts.action.ts'
import { payoutSnapshot } from '../../payouts/snapshot.ts'
import type { Payout as KnownPayout } from '../../payouts/payout.ts'
import type { Book } from '../../shell/book.ts'
import type { Preference } from '../prefer.ts'
import { route, type AnswerOf } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line, metadata } from './payment-shapes.ts'
import {
  NAMING_ERRORS,
  PAYOUT_ERRORS,
  QUOTE_ERRORS,
  address,
  currency,
  externalId,
  merchants,
  network,
} from './payout-requests.ts'
import { Batch, Payout, payoutStatus } from './payout-shapes.ts'

/** `POST /v1/payouts` */
export const createPayout = route({
  method: 'POST',
  path: '/v1/payouts',
  summary: 'Create a payout',
  description:
    'Sends coins from your balance to an address. The fee is taken off the amount. The money is reserved at once; the answer comes after the broadcast, or after 2 seconds (see `Prefer`). From 5 000 US dollars on it waits for its verification first.',
  tag: 'Payouts',
  together: true,
  waits: true,
  body: z.strictObject({
    amount: positiveAmountSchema,
    currency,
    network: network.optional(),
    destination_address: address,
    external_id: externalId,
    quote_id: line(200)
      .optional()
      .describe('The fee quote of a `GET /v1/withdrawals/fee-estimate`, while it holds.'),
    customer_id: line(255).optional(),
    metadata,
  }),
  example: {
    amount: 1500,
    currency: 'USDT',
    network: 'TRC20',
    destination_address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
  },
  reply: { 202: Payout },
  errors: [...NAMING_ERRORS, ...PAYOUT_ERRORS, ...QUOTE_ERRORS, 'payouts.broadcast_failure'],
  prepare: async (ctx, { principal: { book, keyId }, body, prefer }) => {
    const row: PayoutAsked = {
      ...merchants,
      ...{ amount: body.amount, currency: body.currency, network: body.network },
      destination: body.destination_address,
      quoteId: body.quote_id,
      externalId: body.external_id,
      customerId: body.customer_id,
      metadata: body.metadata,
    }
    const order = { kind: 'payout', initiator: keyId, rows: [row] } as const
    const prepared = await prepareOrder(ctx, book, order)
    return async (dbTx, ctx) => {
      const created = await createPayouts(ctx, dbTx, { book, prepared })
      if (created.kind !== 'payout') throw new Error('one payout is no batch')
      return sendingAnswer(book, created.payout, prefer)
    }
  },
})

/** The answer of a payout that is being sent: it may wait for the broadcast. */
export function sendingAnswer(
  book: Book,
  payout: KnownPayout,
  { waitMs = CREATE_WAIT_MS, applied }: Preference,
): AnswerOf<{ 202: typeof Payout }> {
  const answer = (data: PayoutView): AnswerOf<{ 202: typeof Payout }> => ({
    status: 202,
    data,
    ...(applied === undefined ? {} : { headers: { 'preference-applied': applied } }),
  })
  const begun = answer(payoutSnapshot(payout, book.environment))
  if (waitMs === 0 || payout.status !== 'processing') return begun
  const { payoutId } = payout
  return {
    ...begun,
    afterwards: async (ctx) => {
      const now = await awaitSending(ctx, book, { payoutId, waitMs })
      return answer(await viewPayout(ctx.db, book, now))
    },
  }
}

/** `GET /v1/payouts` */
export const listAllPayouts = route({
  method: 'GET',
  path: '/v1/payouts',
  summary: 'List payouts',
  description: 'Payouts, withdrawals and refunds that are sent.',
  tag: 'Payouts',
  query: z.strictObject({
    ...pageQuery,
    status: payoutStatus.optional(),
    currency: currency.optional(),
    customer_id: line(255).optional(),
    batch_id: line(200).optional(),
    external_id: line(200).optional(),
  }),
  reply: { 200: z.array(Payout) },
  errors: ['payouts.payout_place_unknown', 'money.unknown_currency'],
  handle: async (ctx, { principal: { book }, query }) => {
    const wanted = {
      ...{ status: query.status, currency: query.currency },
      customerId: query.customer_id,
      batchId: query.batch_id,
      externalId: query.external_id,
    }
    const listed = await listPayouts(ctx.db, book, { query: wanted, place: query })
    const { items, total, next } = listed
    return { status: 200, data: items, pagination: pagination(query, total, next) }
  },
})

/** `GET /v1/payouts/:id` */
export const getPayout = route({
  method: 'GET',
  path: '/v1/payouts/:id',
  summary: 'Fetch a payout or a batch',
  tag: 'Payouts',
  params: idParams,
  reply: { 200: z.union([Payout, Batch]) },
  errors: ['payouts.payout_unknown'],
  handle: async (ctx, { principal: { book }, params }) => ({
    status: 200,
    data: await viewById(ctx.db, book, params.id),
  }),
})

/** `POST /v1/payouts/:id/cancel` */
export const cancelPayout = route({
  method: 'POST',
  path: '/v1/payouts/:id/cancel',
  summary: 'Call a payout back',
  description: 'As long as no transaction was planned for it. Its money is yours again at once.',
  tag: 'Payouts',
  params: idParams,
  reply: { 200: Payout },
  errors: ['payouts.payout_unknown', 'payouts.cannot_cancel'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params }) => {
    const payout = await cancelOne(ctx, dbTx, { book, id: params.id })
    return { status: 200, data: payoutSnapshot(payout, book.environment) }
  },
})
