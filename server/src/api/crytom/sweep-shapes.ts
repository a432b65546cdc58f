import { z } from 'zod'
import { timeText } from './payment-shapes.ts'

// Sweeps, cold wallets and what goes there, on the wire.

const amount = (description: string) => z.string().meta({ description, examples: ['250.5'] })

/** What sweeps and their plans have in common. */
export const sweepNames = {
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  fee_currency: z.string().describe('The coin in which the chain takes its fees.'),
  treasury: z.string().describe('Your own address, to which everything goes.'),
}

/** A sweep. */
export const Sweep = z.strictObject({
  id: z.string().meta({ examples: ['swp_01K9'] }),
  status: z.enum(['sending', 'completed', 'failed']),
  ...sweepNames,
  legs: z.array(
    z.strictObject({
      address: z.string(),
      owner_id: z.string(),
      amount: amount('What was to be moved.'),
      fee: z.string().nullable().describe('Its part of the fee, booked against its owner.'),
    }),
  ),
  estimated_fee: amount('As the plan said.'),
  fee: z.string().nullable().describe('What it cost.'),
  tx_hash: z.string().nullable(),
  problem: z.string().nullable().describe('Why it failed, or what holds it up now.'),
  created_at: timeText,
  ended_at: timeText.nullable(),
})

const keep = z.string().meta({ description: 'What stays in the treasury.', examples: ['25000'] })

/** The cold wallet of a currency. */
export const ColdWallet = z.strictObject({
  id: z.string().meta({ examples: ['cw_01K9'] }),
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  in_force: z.strictObject({ address: z.string(), keep }).nullable(),
  next: z
    .strictObject({ address: z.string(), keep, effective_at: timeText })
    .nullable()
    .describe('What takes its place, and when.'),
})

/** What transfers to cold wallets and their plans have in common. */
export const coldNames = {
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  fee_currency: z.string().describe('The coin in which the chain takes its fees.'),
  treasury: z.string().describe('Your own address, from which it goes.'),
  address: z.string().describe('Of the cold wallet.'),
}

/** Coins that go to a cold wallet. */
export const ColdTransfer = z.strictObject({
  id: z.string().meta({ examples: ['cold_01K9'] }),
  status: z.enum(['sending', 'completed', 'failed']),
  ...coldNames,
  amount: amount('What is sent.'),
  estimated_fee: amount('As the plan said.'),
  fee: z.string().nullable().describe('What it cost.'),
  tx_hash: z.string().nullable(),
  problem: z.string().nullable().describe('Why it failed, or what holds it up now.'),
  created_at: timeText,
  ended_at: timeText.nullable(),
})

/** Coins that were said to come back from a cold wallet. */
export const ColdReturn = z.strictObject({
  tx_hash: z.string(),
  currency: z.string(),
  network: z.string(),
})
