import { z } from 'zod'
import { stemOf, type EventStem, type EventType } from '../../events/event-types.ts'
import { Conversion, LiquidityMove } from './conversion-shapes.ts'
import { WebhookEndpoint } from './endpoint-shapes.ts'
import { Exception } from './exception-shapes.ts'
import { Invoice, Payment, Session } from './face-shapes.ts'
import { amountText, timeText } from './payment-shapes.ts'
import { Destination, PolicyChange } from './payout-policy-shapes.ts'
import { Batch, Payout } from './payout-shapes.ts'
import { Refund } from './refund-shapes.ts'
import { ConfirmationPolicy, ConversionSettings, PayoutFees } from './settings-shapes.ts'
import { ColdReturn, ColdTransfer, ColdWallet, Sweep } from './sweep-shapes.ts'
import { Transaction, Wallet } from './wallet-shapes.ts'
import { WebhookKey } from './webhook-key-shapes.ts'

/** What events of a type tell: a name of its own in the OpenAPI document, and its shape. */
export type EventSchema = Readonly<{ name: string; schema: z.ZodObject }>

// What events tell is what `GET` answers, but for what is said here.

const CheckoutTold = Session.extend({
  customerId: z.string().nullable().describe('The same as `customer_id`.'),
})

const InvoiceTold = Invoice.omit({ customer_email: true })

const RefundTold = Refund.extend({
  rollback_confirmed: z
    .literal(true)
    .optional()
    .describe('Of `refund.failed`: what its payout had set aside is owed again.'),
})

// Prices are of the moment: an event that is read years later has none.
const WalletTold = Wallet.omit({ balance_usd: true })

const DepositTold = Transaction.omit({ amount_usd: true }).extend({
  label: z.string().nullable().describe('Of the wallet.'),
  new_balance: amountText.describe('What the wallet holds with it.'),
  environment: z.enum(['live', 'test']),
})

const DepositNotFound = z.strictObject({
  wallet_id: z.string(),
  customer_id: z.string(),
  currency: z.string(),
  network: z.string(),
  amount: amountText.describe('What was said to have been sent.'),
  tx_hash: z.string(),
  status: z.literal('not_found'),
})

const TreasuryDeposit = z.strictObject({
  id: z.string(),
  type: z.enum(['deposit']),
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  amount: amountText.describe('What came.'),
  credited_amount: amountText.describe('What of it is new on your balance.'),
  status: z.enum(['completed', 'reverted']),
  tx_hash: z.string(),
  deposit_address: z.string().describe('Of your treasury.'),
  environment: z.enum(['live', 'test']),
  created_at: timeText,
})

const Tank = z.strictObject({
  network: z.string(),
  address: z.string().describe('Of your treasury, where the coin is missing.'),
  currency: z.string(),
  amount: amountText.describe('What is there.'),
  wanted: amountText.describe('What the next ten sweeps take.'),
  status: z.enum(['low', 'enough']),
})

const Halt = z.strictObject({
  id: z.string(),
  currency: z.string(),
  network: z.string(),
  asset: z.string().describe('CAIP-19.'),
  status: z.enum(['halted', 'resumed']),
  reason: z.string(),
  halted_at: timeText,
  resumed_at: timeText.nullable(),
})

const byStem: Readonly<Record<EventStem, EventSchema>> = {
  'checkout.session': { name: 'CheckoutSession', schema: CheckoutTold },
  invoice: { name: 'Invoice', schema: InvoiceTold },
  payment: { name: 'Payment', schema: Payment },
  exception: { name: 'Exception', schema: Exception },
  refund: { name: 'Refund', schema: RefundTold },
  wallet: { name: 'Wallet', schema: WalletTold },
  'wallet.deposit': { name: 'WalletDeposit', schema: DepositTold },
  'wallet.withdrawal': { name: 'Payout', schema: Payout },
  payout: { name: 'Payout', schema: Payout },
  payout_batch: { name: 'PayoutBatch', schema: Batch },
  payout_policy: { name: 'PayoutPolicyChange', schema: PolicyChange },
  payout_destination: { name: 'PayoutDestination', schema: Destination },
  conversion: { name: 'Conversion', schema: Conversion },
  liquidity: { name: 'LiquidityMove', schema: LiquidityMove },
  settings: { name: 'ConfirmationPolicy', schema: ConfirmationPolicy },
  sweep: { name: 'Sweep', schema: Sweep },
  'treasury.deposit': { name: 'TreasuryDeposit', schema: TreasuryDeposit },
  treasury: { name: 'GasTank', schema: Tank },
  'cold.wallet': { name: 'ColdWallet', schema: ColdWallet },
  'cold.transfer': { name: 'ColdTransfer', schema: ColdTransfer },
  'cold.return': { name: 'ColdReturn', schema: ColdReturn },
  chain: { name: 'CreditingHalt', schema: Halt },
  webhook_endpoint: { name: 'WebhookEndpoint', schema: WebhookEndpoint },
  webhook_key: { name: 'WebhookKey', schema: WebhookKey },
}

/** The types whose events tell another object than those with the same beginning. */
const byType: Readonly<Partial<Record<EventType, EventSchema>>> = {
  'wallet.deposit.not_found': { name: 'WalletDepositNotFound', schema: DepositNotFound },
  'settings.payout_fees_changed': { name: 'PayoutFees', schema: PayoutFees },
  'settings.conversions_changed': { name: 'ConversionSettings', schema: ConversionSettings },
}

/** What the events of a type tell. */
export const schemaOf = (type: EventType): EventSchema => byType[type] ?? byStem[stemOf(type)]
