import { z } from 'zod'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { timeText } from './payment-shapes.ts'

// Payouts on the wire. The contract has their amounts as JSON numbers.

const amount = (description: string, example: number) =>
  exactNumberSchema.meta({ description, examples: [example] })

const asset = {
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['Tron'] }),
  asset: z.string().describe('CAIP-19.'),
}

/** The states of a payout. */
export const payoutStatus = z
  .enum(['pending_verification', 'processing', 'completed', 'failed', 'canceled'])
  .describe(
    '`failed` only when it is proved that nothing was paid and nothing will be; after it and after `canceled` the money is where it was.',
  )

/** A payout, a withdrawal or the sending of a refund. */
export const Payout = z.strictObject({
  id: z.string().describe('The same as `payout_id`.'),
  payout_id: z.string().meta({ examples: ['po_01K9'] }),
  kind: z.enum(['payout', 'withdrawal', 'refund']),
  status: payoutStatus,
  ...asset,
  amount: amount('What is taken from the balance, fee included.', 1500),
  estimated_fee: amount('What is kept of it, in the same currency.', 1.5),
  net_amount: amount('What arrives.', 1498.5),
  amount_usd: exactNumberSchema
    .nullable()
    .describe('`amount` in US dollars when it was asked for; null without a price.'),
  destination_address: z.string(),
  tx_hash: z.string().nullable(),
  network_fee: z
    .string()
    .nullable()
    .describe('What the chain took for it, in `network_fee_currency`; null until it is known.'),
  network_fee_currency: z.string().meta({ examples: ['TRX'] }),
  problem: z.string().nullable().describe('Why nothing was paid, or what it waits for.'),
  rollback_confirmed: z.boolean().describe('Its money is on the balance again.'),
  wallet_id: z.string().nullable().describe('The wallet that a withdrawal takes from.'),
  refund_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  external_id: z.string().nullable(),
  customer_id: z.string().nullable(),
  metadata: z.unknown().meta({ type: 'object' }),
  environment: z.enum(['live', 'test']),
  created_at: timeText,
  ended_at: timeText.nullable(),
})

/** Payouts that were asked for together. */
export const Batch = z.strictObject({
  id: z.string().describe('The same as `batch_id`.'),
  batch_id: z.string().meta({ examples: ['batch_01K9'] }),
  batch_reference: z.string().nullable(),
  external_id: z.string().nullable(),
  status: z
    .enum([...payoutStatus.options, 'partially_completed'])
    .describe('As far as its payouts are, the least far of them; how they ended, when all have.'),
  total_payouts: z.int().meta({ examples: [2] }),
  total_amount: amount('The plain sum of the amounts, whatever they are amounts of.', 1500),
  totals: z
    .array(
      z.strictObject({
        ...asset,
        count: z.int(),
        amount: amount('What is taken, fees included.', 500),
        estimated_fee: amount('What is kept of it.', 1.5),
        net_amount: amount('What arrives.', 498.5),
      }),
    )
    .describe('The sums of each asset.'),
  payouts_by_status: z
    .record(z.string(), z.int())
    .describe('How many of its payouts are in which state.'),
  created_at: timeText,
})
