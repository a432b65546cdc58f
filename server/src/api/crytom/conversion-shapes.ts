import { z } from 'zod'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { timeText } from './payment-shapes.ts'

// Conversions on the wire.

const number = (description: string, example: number) =>
  exactNumberSchema.meta({ description, examples: [example] })

/** A conversion. */
export const Conversion = z.strictObject({
  id: z.string().describe('The same as `conversion_id`.'),
  conversion_id: z.string().meta({ examples: ['cv_01K9'] }),
  status: z.enum(['completed']).describe('A conversion is done at once or refused.'),
  from: z.string().meta({ examples: ['BTC'] }),
  from_network: z.string(),
  from_asset: z.string().describe('CAIP-19.'),
  to: z.string().meta({ examples: ['USDT'] }),
  to_network: z.string(),
  to_asset: z.string().describe('CAIP-19.'),
  amount: number('What was given, in `from`.', 0.5),
  received_amount: number('What was received, in `to`.', 32500.25),
  rate_applied: number(
    'What a whole `from` brought, the spread kept: `amount` times this is `received_amount`, rounded down to what `to` can count.',
    65000.5,
  ),
  market_rate: number('The rate before the spread.', 65000.5),
  spread_amount: number('What was kept as spread, in `to`.', 0),
  spread_ppm: z.int().describe('The spread in parts per million.'),
  prices: z
    .array(
      z.strictObject({
        currency: z.string(),
        price_usd: exactNumberSchema,
        at: timeText,
        sources: z.array(z.string()).readonly(),
      }),
    )
    .describe('What the rate was made from: the price of either side, `from` first.'),
  external_id: z.string().nullable(),
  customer_id: z.string().nullable(),
  metadata: z.unknown().meta({ type: 'object' }),
  environment: z.enum(['live', 'test']),
  created_at: timeText,
})

const held = z.string().meta({ examples: ['25000.5'] })

/** What there is of an asset for conversions. */
export const Liquidity = z.strictObject({
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().describe('CAIP-19.'),
  available: held.describe('What conversions into it can be served from.'),
  spread: held.describe('What conversions into it have earned.'),
})

/** Coins that went into the liquidity or out of it. */
export const LiquidityMove = z.strictObject({
  id: z.string().meta({ examples: ['liq_01K9'] }),
  direction: z.enum(['in', 'out', 'earnings']),
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  amount: held,
  liquidity: held.describe('What the liquidity holds after it.'),
  environment: z.enum(['live', 'test']),
})
