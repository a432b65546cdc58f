import type { DueTable } from '../../shell/telemetry/due-table.ts'

/** Every table whose rows fall due, with the job that works on them. */
export const dueTables: readonly DueTable[] = [
  { job: 'watch-chain', table: 'chain_watch', clock: 'machine' },
  { job: 'book-deposit', table: 'deposit', clock: 'machine' },
  { job: 'expire-payment', table: 'payment', clock: 'book' },
  { job: 'refill-address-pool', table: 'address_pool', clock: 'machine' },
  { job: 'end-wallet-claim', table: 'wallet_claim', clock: 'book' },
  { job: 'send-outgoing', table: 'outgoing', clock: 'machine' },
  { job: 'dispatch-payouts', table: 'payout', clock: 'machine' },
  { job: 'look-at-tank', table: 'gas_tank', clock: 'machine' },
  { job: 'move-to-cold-wallet', table: 'cold_wallet', clock: 'machine' },
  { job: 'expire-payout-review', table: 'payout_review', clock: 'book' },
  { job: 'apply-payout-policy-change', table: 'payout_policy_change', clock: 'book' },
  { job: 'send-mail', table: 'mail', clock: 'machine' },
  { job: 'api-upkeep', table: 'api_upkeep', clock: 'machine' },
  { job: 'resend-events', table: 'webhook_resend', clock: 'machine' },
  { job: 'deliver', table: 'delivery_lane', clock: 'book' },
]
