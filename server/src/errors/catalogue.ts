import { apiErrors } from './areas/api.ts'
import { backupErrors } from './areas/backup.ts'
import { chainErrors } from './areas/chain.ts'
import { cliErrors } from './areas/cli.ts'
import { conversionErrors } from './areas/conversions.ts'
import { custodyErrors } from './areas/custody.ts'
import { eventErrors } from './areas/events.ts'
import { feeErrors } from './areas/fees.ts'
import { ledgerErrors } from './areas/ledger.ts'
import { moneyErrors } from './areas/money.ts'
import { paymentErrors } from './areas/payments.ts'
import { payoutFileErrors } from './areas/payout-files.ts'
import { payoutPolicyErrors } from './areas/payout-policy.ts'
import { payoutErrors } from './areas/payouts.ts'
import { rateErrors } from './areas/rates.ts'
import { sandboxErrors } from './areas/sandbox.ts'
import { shellErrors } from './areas/shell.ts'
import { signerErrors } from './areas/signer.ts'
import { sweepErrors } from './areas/sweeps.ts'
import { tenancyErrors } from './areas/tenancy.ts'
import { walletErrors } from './areas/wallets.ts'

/**
 * Every refusal of Coffer, once. Codes are `area.what_happened`, public, never reused.
 * The part after the dot is unique by itself: dialects show it as their error code.
 */
export const catalogue = {
  ...apiErrors,
  ...backupErrors,
  ...chainErrors,
  ...cliErrors,
  ...conversionErrors,
  ...custodyErrors,
  ...eventErrors,
  ...feeErrors,
  ...ledgerErrors,
  ...moneyErrors,
  ...paymentErrors,
  ...payoutErrors,
  ...payoutFileErrors,
  ...payoutPolicyErrors,
  ...rateErrors,
  ...sandboxErrors,
  ...shellErrors,
  ...signerErrors,
  ...sweepErrors,
  ...tenancyErrors,
  ...walletErrors,
}

/** A code of the catalogue, such as `ledger.insufficient_balance`. */
export type ErrorCode = keyof typeof catalogue

/** The facts that go with a code: exactly what its sentence reads. */
export type ErrorContext<Code extends ErrorCode> = Parameters<(typeof catalogue)[Code]['say']>[0]
