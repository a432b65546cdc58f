import { z } from 'zod'
import { timeText } from './payment-shapes.ts'
import { Refund } from './refund-shapes.ts'

// The exceptions inbox on the wire.

/** What went wrong with money that came. */
export const exceptionKind = z.enum(['short', 'long', 'late', 'foreign', 'unmatched', 'reverted'])

const verb = z.enum(['accept', 'reprice', 'refund', 'credit', 'ignore'])

/** A case of the inbox. */
export const Exception = z.strictObject({
  id: z.string().meta({ examples: ['exc_01K9'] }),
  kind: exceptionKind,
  status: z.enum(['open', 'resolved']),
  payment_id: z.string().nullable(),
  payment_status: z.string().nullable(),
  customer_id: z.string().nullable(),
  metadata: z.unknown().meta({ type: 'object' }),
  coins: z.unknown().meta({
    description: 'What it is about: an entry for each deposit.',
    type: 'array',
    examples: [[{ deposit_id: 'dep_01K9', currency: 'USDT_BSC', amount: '50' }]],
  }),
  verbs: z.array(verb).readonly().describe('What can be done about it.'),
  resolution: z.enum([...verb.options, 'settled']).nullable(),
  prices: z.unknown().meta({
    description: 'Of `reprice`: the prices in dollars that it was judged by; null where none was.',
    type: ['object', 'null'],
    examples: [{ currency: 'USD', currency_usd: '1', coins: [{ asset: '…', usd: '580' }] }],
  }),
  credited_customer_id: z.string().nullable(),
  refunds: z.array(Refund),
  opened_at: timeText,
  resolved_at: timeText.nullable(),
})
