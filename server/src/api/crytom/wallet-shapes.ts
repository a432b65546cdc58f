import { z } from 'zod'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { amountText, timeText } from './payment-shapes.ts'
import { payoutStatus } from './payout-shapes.ts'

// Wallets and their transactions on the wire.

const dollars = exactNumberSchema.nullable().meta({
  description: 'In US dollars, at the price of now; null without a price.',
  examples: [50],
})

const whose = {
  wallet_id: z.string().meta({ examples: ['wal_01K9'] }),
  customer_id: z.string().meta({ examples: ['user_123'] }),
  metadata: z.unknown().meta({ type: 'object' }),
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().describe('CAIP-19.'),
}

/** A wallet. */
export const Wallet = z.strictObject({
  id: z.string().describe('The same as `wallet_id`.'),
  ...whose,
  label: z.string().nullable(),
  balance: amountText.describe('What the customer may spend.'),
  pending_balance: amountText.describe('On its way, and not credited yet.'),
  balance_usd: dollars,
  deposit_address: z.string().describe('Where the customer pays to.'),
  environment: z.enum(['live', 'test']),
  created_at: timeText,
})

const deposit = {
  type: z.enum(['deposit']),
  ...whose,
  amount: amountText,
  amount_usd: dollars,
  status: z
    .enum(['pending', 'confirming', 'completed', 'reverted'])
    .describe('It is on the balance when `completed`; a fork may have `reverted` it.'),
  confirmations: z.int(),
  tx_hash: z.string(),
  deposit_address: z.string(),
}

/** Something that arrived for a wallet. */
export const Transaction = z.strictObject({ id: z.string(), ...deposit, created_at: timeText })

/** Something that was sent from a wallet. */
export const Withdrawal = z.strictObject({
  id: z.string().meta({ examples: ['po_01K9'] }),
  type: z.enum(['withdrawal']),
  ...whose,
  amount: amountText.describe('What is taken from the wallet, fee included.'),
  amount_usd: dollars,
  fee: amountText,
  status: payoutStatus,
  tx_hash: z.string().nullable(),
  recipient_address: z.string(),
  created_at: timeText,
})

/** What is known of a transaction that somebody named. */
export const ClaimedDeposit = z.strictObject({
  ...deposit,
  status: z.enum(['pending', 'confirming', 'completed']),
  transactions: z.array(Transaction).describe('What the transaction brought to this wallet.'),
})
