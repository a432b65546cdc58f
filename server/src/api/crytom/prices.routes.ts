import { z } from 'zod'
import { exactNumberSchema, positiveAmountSchema } from '../../money/amount-schema.ts'
import { exactNumber } from '../../money/json-number.ts'
import { formatRate } from '../../money/rate.ts'
import { estimateExchange } from '../../rates/estimate-exchange.action.ts'
import { route } from '../route.ts'
import { line, timeText } from './payment-shapes.ts'

const currency = (description: string, example: string) =>
  line(200).meta({ description, examples: [example] })

/** `GET /v1/prices/estimate` */
export const estimatePrice = route({
  method: 'GET',
  path: '/v1/prices/estimate',
  summary: 'Estimate a price',
  description:
    'What one currency, crypto or fiat, is worth in another now: a median of independent sources. Without enough of them there is no rate (`rate_unavailable`), never a guess. A sandbox has its own prices and says so.',
  tag: 'Prices',
  query: z.strictObject({
    base_currency: currency('A symbol, an ISO 4217 code, or a code such as `USDT_TRC20`.', 'BTC'),
    quote_currency: currency('The same for what it is told in.', 'USD'),
    amount: positiveAmountSchema.optional().describe('Of the base currency.'),
  }),
  reply: {
    200: z.strictObject({
      rate: exactNumberSchema.meta({
        description: 'How much of the quote currency a whole one of the base currency is worth.',
        examples: [65000.5],
      }),
      estimated_received: exactNumberSchema.nullable().meta({
        description: '`amount` at that rate, rounded down; null without an amount.',
        examples: [32500.25],
      }),
      base_currency: z.string().meta({ examples: ['BTC'] }),
      quote_currency: z.string().meta({ examples: ['USD'] }),
      source: z.enum(['sandbox', 'exchanges']),
      sources: z.array(z.string()).meta({
        description: 'What the rate rests on; none between dollars alone.',
        examples: [['bitstamp', 'kraken']],
      }),
      at: timeText,
      expires_at: timeText,
    }),
  },
  errors: [
    'money.unknown_currency',
    'money.amount_too_precise',
    'money.amount_out_of_range',
    'rates.rate_unavailable',
  ],
  handle: async (ctx, { principal: { book }, query }) => {
    const { base_currency: base, quote_currency: quote, amount } = query
    const estimate = await estimateExchange(ctx, book, { base, quote, amount })
    const { received } = estimate
    return {
      status: 200,
      data: {
        rate: exactNumber(formatRate(estimate.rate)),
        estimated_received: received === undefined ? null : exactNumber(received),
        base_currency: estimate.base,
        quote_currency: estimate.quote,
        source: book.environment === 'test' ? ('sandbox' as const) : ('exchanges' as const),
        sources: [...estimate.sources],
        at: new Date(estimate.at).toISOString(),
        expires_at: new Date(estimate.expiresAt).toISOString(),
      },
    }
  },
})
