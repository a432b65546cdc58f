import { z } from 'zod'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { createPayouts, prepareOrder } from '../../payouts/create-payouts.action.ts'
import { MASS_MAX, type PayoutAsked } from '../../payouts/payout-request.ts'
import { viewBatch } from '../../payouts/read-payouts.action.ts'
import { route } from '../route.ts'
import { line, metadata } from './payment-shapes.ts'
import {
  PAYOUT_ERRORS,
  address,
  currency,
  externalId,
  merchants,
  network,
} from './payout-requests.ts'
import { Batch } from './payout-shapes.ts'

/** `POST /v1/payouts/mass` */
export const createMassPayout = route({
  method: 'POST',
  path: '/v1/payouts/mass',
  summary: 'Create many payouts',
  description:
    'All of them are looked at before any is reserved, and all are reserved or none. On Bitcoin those that are due together go out in one transaction.',
  tag: 'Payouts',
  body: z.strictObject({
    batch_reference: line(255)
      .optional()
      .meta({ examples: ['Payroll-Q3'] }),
    external_id: externalId,
    destinations: z
      .array(
        z.strictObject({
          amount: positiveAmountSchema,
          currency,
          network: network.optional(),
          address,
          external_id: externalId,
          customer_id: line(255).optional(),
          metadata,
        }),
      )
      .min(1)
      .max(MASS_MAX),
  }),
  example: {
    batch_reference: 'Payroll-Q3',
    destinations: [
      {
        amount: 500,
        currency: 'USDT',
        network: 'TRC20',
        address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
      },
      {
        amount: 1000,
        currency: 'USDC',
        network: 'BEP20',
        address: '0x52908400098527886E0F7030069857D2E4169EE7',
      },
    ],
  },
  reply: { 202: Batch },
  errors: [...PAYOUT_ERRORS, 'payouts.batch_invalid'],
  prepare: async (ctx, { principal: { book, keyId }, body }) => {
    const rows = body.destinations.map((one): PayoutAsked => ({
      ...merchants,
      ...{ amount: one.amount, currency: one.currency, network: one.network },
      destination: one.address,
      quoteId: undefined,
      externalId: one.external_id,
      customerId: one.customer_id,
      metadata: one.metadata,
    }))
    const batch = { reference: body.batch_reference, externalId: body.external_id }
    const order = { kind: 'payout', initiator: keyId, rows, batch } as const
    const prepared = await prepareOrder(ctx, book, order)
    return async (dbTx, ctx) => {
      const created = await createPayouts(ctx, dbTx, { book, prepared })
      if (created.kind !== 'batch') throw new Error('many payouts are a batch')
      return { status: 202, data: await viewBatch(dbTx, book, created.batch) }
    }
  },
})
