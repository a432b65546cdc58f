import { z } from 'zod'
import { coins, timeText } from './payment-shapes.ts'

/** Money owed back to a payer, in its exception and by itself. */
export const Refund = z.strictObject({
  id: z.string().meta({ examples: ['ref_01K9'] }),
  status: z
    .enum(['awaiting_payout', 'sending', 'sent'])
    .describe('When its payout fails it awaits one again, and `problem` says why.'),
  exception_id: z.string(),
  payment_id: z.string().nullable(),
  ...coins,
  address: z.string().nullable().describe('Where to; null as long as nobody said.'),
  payout_id: z.string().nullable().describe('The last payout that was begun for it.'),
  tx_hash: z.string().nullable(),
  problem: z.string().nullable().describe('Why it was not sent.'),
  created_at: timeText,
})
