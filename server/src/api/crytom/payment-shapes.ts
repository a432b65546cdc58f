import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { isJsonNumber } from '../../money/json-number.ts'
import { writeJson } from '../../money/json.ts'
import { metadataProblem } from '../../payments/payment-request.ts'
import type { PaymentFilter } from '../../payments/list-filter.ts'
import type { Status } from '../../payments/payment.ts'
import type { Instant } from '../../shell/clock.ts'

// What checkout sessions, invoices and payments have in common on the wire.

/** A text of one line that the database can keep. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'It holds control characters.')

/** An object's id in a path; what is none simply is not found. */
export const idParams = z.strictObject({ id: z.string().max(200) })

/** The amount that is asked for. */
export const asked = positiveAmountSchema

/** Codes, aliases or CAIP-19 ids of assets. */
export const acceptedAssets = z
  .array(line(200))
  .min(1)
  .max(100)
  .optional()
  .meta({
    description: 'What can be paid with; absent: everything that has a price and can be received.',
    examples: [['BTC', 'USDT_BSC']],
  })

/** The merchant's own name for a customer. */
export const customerId = line(255)
  .optional()
  .meta({ examples: ['user_998877'] })

/** A URL; whether it may be used is checked where the environment is known. */
export const url = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^[\x21-\x7e]+$/, 'It holds spaces or characters that a URL cannot hold.')
  .optional()

/** The merchant's own members, kept as their JSON text. */
export const metadata = z
  .unknown()
  .optional()
  .meta({ type: 'object', description: 'Up to 50 keys and 16 KiB; comes back everywhere.' })
  .transform((value, context) => {
    if (value === undefined) return '{}'
    if (
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      isJsonNumber(value)
    ) {
      context.addIssue({ code: 'custom', message: 'It must be an object.' })
      return z.NEVER
    }
    const text = writeJson(value)
    const problem = metadataProblem(text, Object.keys(value).length)
    if (problem === undefined) return text
    context.addIssue({ code: 'custom', message: problem })
    return z.NEVER
  })

/** A payment's status in every face's words. */
export const statusFilter = z
  .enum(['pending', 'awaiting_payment', 'confirming', 'confirmed', 'expired', 'failed'])
  .transform((word): Status =>
    word === 'pending' || word === 'awaiting_payment' ? 'awaiting' : word,
  )

/** A time in a query, RFC 3339: `2026-02-25T12:00:00Z`. */
export const timeFilter = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/** A list's filter from its query. */
export const filterOf = (
  query: Readonly<{
    status?: Status | undefined
    customer_id?: string | undefined
    created_from?: Instant | undefined
    created_before?: Instant | undefined
  }>,
): PaymentFilter => ({
  status: query.status,
  customerId: query.customer_id,
  createdFrom: query.created_from,
  createdBefore: query.created_before,
})

/** What narrows a list of payments. */
export const paymentFilter = {
  status: statusFilter.optional(),
  customer_id: line(255).optional(),
  created_from: timeFilter.optional().describe('Made then or later.'),
  created_before: timeFilter.optional().describe('Made earlier than that.'),
}

const amount = z.string().meta({ examples: ['250.5'] })
const time = z.string().meta({ format: 'date-time', examples: ['2026-02-25T12:00:00Z'] })
const anyJson = z.unknown().meta({ type: 'object' })

/** Currency, network and CAIP-19 id of an asset, with an amount of it. */
export const coins = {
  currency: z.string().meta({ examples: ['USDT_BSC'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().meta({ description: 'CAIP-19.' }),
  amount,
}

/** One way to pay. */
export const PaymentDetail = z.strictObject({
  ...coins,
  address: z.string(),
  status: z.string(),
  amount_received: amount,
  rate: z.string().meta({ description: 'The quoted price of a whole one in the currency.' }),
  tx_hash: z.string().nullable(),
})

/** Something that arrived. */
export const PaymentDeposit = z.strictObject({
  ...coins,
  deposit_id: z.string(),
  address: z.string(),
  tx_hash: z.string(),
  kind: z.enum(['part', 'late', 'foreign', 'unmatched']),
  status: z.enum(['seen', 'confirmed', 'safe', 'final', 'reverted']),
  confirmations: z.int(),
  seen_at: time,
})

/** What a payment says of itself in every list and under every face. */
export const briefly = {
  id: z.string(),
  currency: z.string().meta({ examples: ['USD'] }),
  status: z.string(),
  exception: z.enum(['none', 'underpaid', 'overpaid', 'late', 'wrong_asset', 'reverted']),
  customer_id: z.string().nullable(),
  metadata: anyJson,
  environment: z.enum(['live', 'test']),
  asset: z.string().nullable().describe('The asset in which most came, or the only one offered.'),
  amount_due: amount.nullable().describe('The whole price in that asset.'),
  amount_received: amount.describe('What came so far, in that asset.'),
  confirmations: z.int().describe('Of the least sure coins that count.'),
  tx_hash: z.string().nullable(),
  created_at: time,
  expires_at: time,
}

/** What a payment says of itself beside that when it is asked for alone. */
export const inFull = {
  ...briefly,
  payment_details: z.array(PaymentDetail),
  deposits: z.array(PaymentDeposit),
  callback_url: z.string().nullable(),
}

/** The refusals of opening a payment, under whichever face. */
export const OPENING_ERRORS = [
  'money.unknown_currency',
  'money.amount_too_precise',
  'payments.amount_too_large',
  'payments.asset_unavailable',
  'payments.nothing_receivable',
  'payments.url_not_allowed',
  'rates.rate_unavailable',
  'chain.unreachable',
  'custody.addresses_exhausted',
  'custody.signer_changed',
  'signer.no_answer',
] as const satisfies readonly ErrorCode[]

/** An amount as text. */
export const amountText = amount

/** A point in time as text. */
export const timeText = time
