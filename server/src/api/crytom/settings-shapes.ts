import { z } from 'zod'

// What an organization settled, on the wire.

/** When deposits of an asset are credited. */
export const ConfirmationPolicy = z.strictObject({
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().describe('CAIP-19.'),
  confirmed_below: z.string().meta({
    description: 'Less than this is credited in any block.',
    examples: ['100'],
  }),
  safe_below: z.string().meta({
    description: 'Less than this is credited when its block is safe; the rest when it is final.',
    examples: ['1000'],
  }),
})

/** What an organization takes for payouts. */
export const PayoutFees = z.strictObject({
  fixed_usd: z.string().meta({
    description: 'Taken from every payout, in dollars; 0 unless you settle it.',
    examples: ['0.5'],
  }),
  parts_per_million: z.int().meta({
    description: 'Taken beside it, in millionths of the amount: 2500 is a quarter percent.',
    examples: [2500],
  }),
  minimum_usd: z.string().meta({
    description: 'What a payout has to be worth at least, in dollars.',
    examples: ['5'],
  }),
})

/** What an organization keeps of conversions. */
export const ConversionSettings = z.strictObject({
  spread_ppm: z.int().meta({
    description: 'What you keep of conversions, in parts per million of their worth.',
    examples: [2_500],
  }),
})
