import { line } from './payment-shapes.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import type { PayoutAsked } from '../../payouts/payout-request.ts'

// What requests for payouts have in common.

/** Symbol, code or CAIP-19 of what is sent. */
export const currency = line(200).meta({ examples: ['USDT'] })
/** The network that it is sent on. */
export const network = line(200).meta({ examples: ['TRC20'] })
/** Where it is sent to. */
export const address = line(200).meta({ examples: ['TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'] })
/** The caller's name for a payout or a batch. */
export const externalId = line(200)
  .optional()
  .describe('Your own name for it, once for ever: the same again is the same payout again.')

/** What the policy can have against a payout. */
export const POLICY_ERRORS = [
  'payouts.otp_has_no_way',
  'payouts.policy_amount_refused',
  'payouts.policy_velocity_refused',
  'payouts.policy_worth_unknown',
  'payouts.policy_destination_unlisted',
  'payouts.policy_destination_cooling',
] as const satisfies readonly ErrorCode[]

/** What can stand against any payout. */
export const PAYOUT_ERRORS = [
  'money.amount_too_precise',
  'money.amount_out_of_range',
  'custody.cannot_send',
  'rates.rate_unavailable',
  'chain.unreachable',
  'chain.payment_not_possible',
  'ledger.insufficient_balance',
  'ledger.account_closed',
  'payouts.destination_invalid',
  'payouts.destination_is_token',
  'payouts.destination_is_ours',
  'payouts.amount_below_minimum',
  'payouts.amount_below_fee',
  'payouts.external_id_reused',
  ...POLICY_ERRORS,
] as const satisfies readonly ErrorCode[]

/** What can be wrong with the names of a currency and a network. */
export const NAMING_ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
] as const satisfies readonly ErrorCode[]

/** What can be wrong with a fee quote that is named. */
export const QUOTE_ERRORS = [
  'fees.fee_quote_unknown',
  'fees.fee_quote_expired',
  'fees.fee_quote_for_another',
] as const satisfies readonly ErrorCode[]

/** A payout of the organization's own money. */
export const merchants: Pick<PayoutAsked, 'sourceId' | 'source'> = {
  sourceId: undefined,
  source: { purpose: 'merchant.available' },
}
