import { z } from 'zod'
import { convert, prepareConversion } from '../../conversions/convert.action.ts'
import { findConversion, listConversions } from '../../conversions/read-conversions.action.ts'
import { conversionSnapshot } from '../../conversions/snapshot.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { route } from '../route.ts'
import { Conversion } from './conversion-shapes.ts'
import { pageQuery, pagination } from './page.ts'
import { customerId, idParams, line, metadata } from './payment-shapes.ts'

const currency = line(200).meta({ examples: ['BTC'] })
const network = line(200)
  .optional()
  .meta({ examples: ['Tron'] })

const ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
  'money.amount_too_precise',
  'money.amount_out_of_range',
  'money.rate_invalid',
  'rates.rate_unavailable',
  'conversions.same_asset',
  'conversions.amount_too_small',
  'conversions.conversion_differs',
  'conversions.insufficient_liquidity',
  'ledger.insufficient_balance',
  'ledger.account_closed',
  'custody.no_deposit_route',
  'custody.signer_changed',
  'signer.no_answer',
  'chain.unreachable',
] as const satisfies readonly ErrorCode[]

/** `POST /v1/conversions` */
export const createConversion = route({
  method: 'POST',
  path: '/v1/conversions',
  summary: 'Convert a balance',
  description:
    'Exchanges one asset for another at the rate of now, out of your liquidity, all at once or not at all. Codes (`USDT_TRC20`) and CAIP-19 ids name the network as well; of a currency on several networks without one, the network counts on which you hold most of it, else its first in `GET /v1/currencies`. The answer says which it was. The same `external_id` with the same request answers 200 with the first conversion, for ever.',
  tag: 'Conversions',
  together: true,
  body: z.strictObject({
    from_currency: currency,
    from_network: network,
    to_currency: currency,
    to_network: network,
    amount: positiveAmountSchema,
    external_id: line(200).optional(),
    customer_id: customerId,
    metadata,
  }),
  example: { from_currency: 'BTC', to_currency: 'USDT', amount: 0.5 },
  reply: { 200: Conversion, 201: Conversion },
  errors: ERRORS,
  prepare: async (ctx, { principal: { book }, body }) => {
    const prepared = await prepareConversion(ctx, book, {
      fromCurrency: body.from_currency,
      fromNetwork: body.from_network,
      toCurrency: body.to_currency,
      toNetwork: body.to_network,
      amount: body.amount,
      externalId: body.external_id,
      customerId: body.customer_id,
      metadata: body.metadata,
    })
    return async (dbTx, ctx) => {
      const { conversion, isNew } = await convert(ctx, dbTx, { book, prepared })
      const data = conversionSnapshot(conversion, book.environment)
      return { status: isNew ? 201 : 200, data }
    }
  },
})

/** `GET /v1/conversions` */
export const listAllConversions = route({
  method: 'GET',
  path: '/v1/conversions',
  summary: 'List conversions',
  tag: 'Conversions',
  query: z.strictObject({ ...pageQuery, customer_id: line(255).optional() }),
  reply: { 200: z.array(Conversion) },
  errors: ['conversions.conversion_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const filter = { customerId: query.customer_id }
    const listed = await listConversions(ctx.db, book, { filter, place: query })
    return {
      status: 200,
      data: listed.items.map((one) => conversionSnapshot(one, book.environment)),
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/conversions/:id` */
export const getConversion = route({
  method: 'GET',
  path: '/v1/conversions/:id',
  summary: 'Fetch a conversion',
  tag: 'Conversions',
  params: idParams,
  reply: { 200: Conversion },
  errors: ['conversions.conversion_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const conversion = await findConversion(ctx.db, book, params.id)
    return { status: 200, data: conversionSnapshot(conversion, book.environment) }
  },
})
