import { stemOf, type EventStem, type EventType } from '../event-types.ts'
import { endpointExample, webhookKeyExample } from './endpoint-example.ts'
import type { Example, ExampleOf } from './example.ts'
import { exceptionExample, refundExample } from './inbox-examples.ts'
import { checkoutExample, invoiceExample, paymentExample } from './payment-examples.ts'
import {
  batchExample,
  destinationExample,
  payoutExample,
  policyChangeExample,
  withdrawalExample,
} from './payout-examples.ts'
import { confirmationsExample, payoutFeesExample, spreadExample } from './settings-examples.ts'
import {
  coldReturnExample,
  coldTransferExample,
  coldWalletExample,
  conversionExample,
  haltExample,
  liquidityExample,
  sweepExample,
  tankExample,
  treasuryDepositExample,
} from './treasury-examples.ts'
import { depositNotFoundExample, walletDepositExample, walletExample } from './wallet-examples.ts'

const byStem: Readonly<Record<EventStem, ExampleOf>> = {
  'checkout.session': checkoutExample,
  invoice: invoiceExample,
  payment: paymentExample,
  exception: exceptionExample,
  refund: refundExample,
  wallet: walletExample,
  'wallet.deposit': walletDepositExample,
  'wallet.withdrawal': withdrawalExample,
  payout: payoutExample,
  payout_batch: batchExample,
  payout_policy: policyChangeExample,
  payout_destination: destinationExample,
  conversion: conversionExample,
  liquidity: liquidityExample,
  settings: confirmationsExample,
  sweep: sweepExample,
  'treasury.deposit': treasuryDepositExample,
  treasury: tankExample,
  'cold.wallet': coldWalletExample,
  'cold.transfer': coldTransferExample,
  'cold.return': coldReturnExample,
  chain: haltExample,
  webhook_endpoint: endpointExample,
  webhook_key: webhookKeyExample,
}

/** The types whose events tell another object than those with the same beginning. */
const byType: Readonly<Partial<Record<EventType, () => Example>>> = {
  'wallet.deposit.not_found': depositNotFoundExample,
  'settings.payout_fees_changed': payoutFeesExample,
  'settings.conversions_changed': spreadExample,
}

/**
 * An event of a type as it could have happened, for documents and for test messages. Its object is
 * ready for `writeJson`; nothing of it exists anywhere.
 */
export const exampleOf = (type: EventType): Example =>
  byType[type]?.() ?? byStem[stemOf(type)](type.slice(type.lastIndexOf('.') + 1))
