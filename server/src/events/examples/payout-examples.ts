import { exactNumber } from '../../money/json-number.ts'
import { BEGAN, DESTINATION, ENDED, HASH, METADATA, USDT, type ExampleOf } from './example.ts'

/** What the last words of the events of payouts say of the status; others: it is under way. */
const STATUSES: Readonly<Record<string, string>> = {
  created: 'pending_verification',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
}

const PROBLEMS: Readonly<Record<string, string>> = {
  failed:
    'The transaction was mined and failed on the chain: the fee is spent, and nothing was paid.',
  canceled: 'It was called back by the API before anything was sent.',
  held_up: '0.002 BNB for the fee is missing: send it to your treasury.',
}

/** A payout as its events tell it. */
export const payoutExample: ExampleOf = (word) => ({
  objectId: 'po_01KJA8F6G8H0J1K3M5N7P9Q2R4',
  object: payoutAs('payout', word),
})

/** A withdrawal from a customer's wallet as its events tell it. */
export const withdrawalExample: ExampleOf = (word) => ({
  objectId: 'po_01KJA8F6G8H0J1K3M5N7P9Q2R4',
  object: payoutAs('withdrawal', word),
})

function payoutAs(kind: 'payout' | 'withdrawal', word: string) {
  const status = STATUSES[word] ?? 'processing'
  const isMined = word === 'completed' || word === 'failed'
  const isBack = word === 'failed' || word === 'canceled'
  return {
    id: 'po_01KJA8F6G8H0J1K3M5N7P9Q2R4',
    payout_id: 'po_01KJA8F6G8H0J1K3M5N7P9Q2R4',
    kind,
    status,
    ...USDT,
    amount: exactNumber('1500'),
    estimated_fee: exactNumber('1.5'),
    net_amount: exactNumber('1498.5'),
    amount_usd: exactNumber('1500'),
    destination_address: DESTINATION,
    tx_hash: isMined ? HASH : null,
    network_fee: isMined ? '0.000063' : null,
    network_fee_currency: 'BNB',
    problem: PROBLEMS[word] ?? null,
    rollback_confirmed: isBack,
    wallet_id: kind === 'withdrawal' ? 'wal_01KJA8D4E6F8G0H1J3K5M7N9P2' : null,
    refund_id: null,
    batch_id: null,
    external_id: 'PAYROLL-7',
    customer_id: kind === 'withdrawal' ? 'user_123' : null,
    metadata: METADATA,
    environment: 'test',
    created_at: BEGAN,
    ended_at: isMined || isBack ? ENDED : null,
  }
}

/** Payouts that were asked for together, as their events tell them. */
export const batchExample: ExampleOf = (word) => {
  const objectId = 'batch_01KJA8G7H9J0K2M4N6P8Q1R3S5'
  const status = word === 'created' ? 'processing' : word
  const sums = { amount: exactNumber('500'), estimated_fee: exactNumber('3') }
  const object = {
    id: objectId,
    batch_id: objectId,
    batch_reference: 'Payroll, February',
    external_id: 'PAYROLL-2026-02',
    status,
    total_payouts: 2,
    total_amount: exactNumber('500'),
    totals: [{ ...USDT, count: 2, ...sums, net_amount: exactNumber('497') }],
    payouts_by_status:
      status === 'partially_completed' ? { completed: 1, failed: 1 } : { [status]: 2 },
    created_at: BEGAN,
  }
  return { objectId, object }
}

/** A change of the payout policy as its events tell it. */
export const policyChangeExample: ExampleOf = (word) => {
  const objectId = 'polc_01KJA8H8J0K1M3N5P7Q9R2S4T6'
  const state = word.replace('change_', '')
  const isApproved = state === 'waiting' || state === 'in_force'
  const isEnded = state === 'in_force' || state === 'canceled'
  const object = {
    id: objectId,
    state,
    policy: {
      limits: [{ per: 'payout', from_usd: '10000', then: 'approval' }],
      approvers: 1,
      listed_only: ['payout'],
      cooldown_hours: 24,
      change_delay_hours: 24,
    },
    proposed_by: 'key_01KJA8J9K1M2N4P6Q8R0S3T5V7',
    approvers: 1,
    approved_by: isApproved ? ['key_01KJA8K0M2N3P5Q7R9S1T4V6W8'] : [],
    problem: state === 'canceled' ? 'It was canceled by key_01KJA8J9K1M2N4P6Q8R0S3T5V7.' : null,
    created_at: BEGAN,
    effective_at: isApproved ? '2026-02-26T12:05:00Z' : null,
    ended_at: isEnded ? '2026-02-26T12:05:00Z' : null,
  }
  return { objectId, object }
}

/** A listed destination as its events tell it. */
export const destinationExample: ExampleOf = () => {
  const objectId = 'dest_01KJA8M1N3P4Q6R8S0T2V5W7X9'
  const object = {
    id: objectId,
    network: 'BSC',
    address: DESTINATION,
    label: 'Exchange',
    added_by: 'key_01KJA8J9K1M2N4P6Q8R0S3T5V7',
    created_at: BEGAN,
    usable_at: '2026-02-26T12:00:00Z',
  }
  return { objectId, object }
}
