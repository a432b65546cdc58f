import { z } from 'zod'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { amountText, briefly, inFull, timeText } from './payment-shapes.ts'

// The faces of a payment on the wire: asked for alone, and in a list.

const ofSession = {
  checkout_url: z.string().meta({ description: 'Where to send your customer.' }),
  product_name: z.string(),
  amount: amountText,
  claimed_at: timeText.nullable().describe('When the payer first said that it was paid.'),
  success_url: z.string().nullable(),
  cancel_url: z.string().nullable(),
}

/** A checkout session. */
export const Session = z.strictObject({ ...inFull, ...ofSession })

/** A checkout session in a list. */
export const SessionInList = z.strictObject({ ...briefly, ...ofSession })

const ofInvoice = {
  // The contract shows an invoice's amount as a number, a checkout session's as text.
  amount: exactNumberSchema.meta({ examples: [100.5] }),
  hosted_url: z.string().meta({ description: 'Where your customer pays it.' }),
  description: z.string().nullable(),
  redirect_url: z.string().nullable(),
}

/** An invoice. */
export const Invoice = z.strictObject({
  ...inFull,
  ...ofInvoice,
  customer_email: z.string().nullable().describe('Kept sealed; in no event and in no list.'),
})

/** An invoice in a list. */
export const InvoiceInList = z.strictObject({ ...briefly, ...ofInvoice })

const ofPayment = {
  payment_id: z.string().meta({ examples: ['pay_01K9'] }),
  type: z.enum(['checkout_session', 'invoice', 'payment']),
  amount: amountText,
  addresses: z
    .record(z.string(), z.string())
    .meta({ description: 'By asset code.', examples: [{ USDT_TRC20: 'TXYZ…' }] }),
}

/** A payment, whichever its face. */
export const Payment = z.strictObject({ ...inFull, ...ofPayment })

/** A payment in a list. */
export const PaymentInList = z.strictObject({ ...briefly, ...ofPayment })
