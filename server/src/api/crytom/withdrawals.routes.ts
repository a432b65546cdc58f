import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { resolveAsset } from '../../money/alias.ts'
import { exactNumberSchema, positiveAmountSchema } from '../../money/amount-schema.ts'
import { formatUnits, parseUnits } from '../../money/amount.ts'
import { exactNumber, type JsonNumber } from '../../money/json-number.ts'
import type { Asset } from '../../money/registry.ts'
import { units, type Units } from '../../money/units.ts'
import { currentFeeQuote } from '../../payouts/fee-quote.action.ts'
import { feeOf, type FeeQuote } from '../../payouts/fee-quote.ts'
import { route } from '../route.ts'
import { line, timeText } from './payment-shapes.ts'

const named = {
  currency: line(200).meta({ examples: ['USDT'] }),
  network: line(200)
    .optional()
    .meta({ examples: ['TRC20'] }),
}

const what = {
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['Tron'] }),
  asset: z.string().meta({ description: 'CAIP-19.' }),
}

const whatOf = ({ currency, network, id }: Asset) => ({ currency, network, asset: id })

const exact = (description: string) => exactNumberSchema.meta({ description, examples: [1.5] })

const errors: readonly ErrorCode[] = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
  'money.amount_out_of_range',
  'custody.cannot_send',
  'chain.unreachable',
  'chain.node_refused',
  'chain.answer_unusable',
  'chain.payment_not_possible',
  'rates.rate_unavailable',
]

const FeeEstimate = z.strictObject({
  network_fee: exact('What the network is expected to take, in the currency.'),
  crytom_fee: exact('The service fee, in the currency.'),
  total_estimated_fee: exact('Both together: what is taken off the amount.'),
  ...what,
  crytom_fee_parts_per_million: z
    .int()
    .meta({ description: 'The part of the amount in `crytom_fee`, in millionths.' }),
  min_amount: exact('The least amount that can be paid out now, fees included.'),
  net_amount: exact(
    'What of `amount` arrives; null without one, or when nothing would.',
  ).nullable(),
  price_usd: exact('Dollars for a whole one, by which the fees were reckoned.'),
  quote_id: z.string().meta({
    description: 'Send it with a payout to be charged exactly this.',
    examples: ['feeq_01K9'],
  }),
  expires_at: timeText,
})

/** `GET /v1/withdrawals/fee-estimate` */
export const estimateFee = route({
  method: 'GET',
  path: '/v1/withdrawals/fee-estimate',
  summary: 'Estimate the fee of a payout',
  description:
    "From the node's present fees and today's prices. Everybody who asks within a minute gets the same quote, and what is paid out meanwhile is charged by it.",
  tag: 'Payouts',
  query: z.strictObject({ ...named, amount: positiveAmountSchema.optional() }),
  reply: { 200: FeeEstimate },
  errors: [...errors, 'money.amount_too_precise'],
  handle: async (ctx, { principal: { book }, query }) => {
    const asset = resolveAsset(query)
    const amount = query.amount === undefined ? undefined : parseUnits(query.amount, asset.decimals)
    const quote = await currentFeeQuote(ctx, book, asset.id)
    return { status: 200, data: estimateOf(asset, quote, amount) }
  },
})

function estimateOf(
  asset: Asset,
  quote: FeeQuote,
  amount: Units | undefined,
): z.output<typeof FeeEstimate> {
  const amountOf = (value: bigint): JsonNumber =>
    exactNumber(formatUnits(units(value), asset.decimals))
  const { network, service, total } = feeOf(quote, amount ?? units(0n))
  return {
    network_fee: amountOf(network),
    crytom_fee: amountOf(service),
    total_estimated_fee: amountOf(total),
    ...whatOf(asset),
    crytom_fee_parts_per_million: quote.service.partsPerMillion,
    min_amount: amountOf(quote.minUnits),
    net_amount: amount === undefined || amount <= total ? null : amountOf(amount - total),
    price_usd: exactNumber(quote.usd.asset),
    quote_id: quote.quoteId,
    expires_at: new Date(quote.expiresAt).toISOString(),
  }
}

/** `GET /v1/withdrawals/min-amount` */
export const minimumAmount = route({
  method: 'GET',
  path: '/v1/withdrawals/min-amount',
  summary: 'Read the least amount of a payout',
  description:
    'What the fees of now, the least that the network passes on and your own minimum demand together.',
  tag: 'Payouts',
  query: z.strictObject(named),
  reply: {
    200: z.strictObject({
      min_amount: exact('The least amount, fees included.'),
      ...what,
      quote_id: z.string(),
      expires_at: timeText,
    }),
  },
  errors,
  handle: async (ctx, { principal: { book }, query }) => {
    const asset = resolveAsset(query)
    const quote = await currentFeeQuote(ctx, book, asset.id)
    return {
      status: 200,
      data: {
        min_amount: exactNumber(formatUnits(quote.minUnits, asset.decimals)),
        ...whatOf(asset),
        quote_id: quote.quoteId,
        expires_at: new Date(quote.expiresAt).toISOString(),
      },
    }
  },
})
