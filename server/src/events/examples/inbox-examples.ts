import {
  BEGAN,
  DEPOSIT_ADDRESS,
  DESTINATION,
  ENDED,
  HASH,
  METADATA,
  USDT_BSC,
  type ExampleOf,
} from './example.ts'

const EXCEPTION_ID = 'exc_01KJA8A1B3C5D7E9F0G2H4J6K8'
const PAYMENT_ID = 'chk_01KJA7Q3ZV5W1F6J9T0M2B4C7D'

/** A case of the exceptions inbox as its events tell it. */
export const exceptionExample: ExampleOf = (word) => {
  const isOpen = word === 'opened'
  const object = {
    id: EXCEPTION_ID,
    kind: 'long',
    status: isOpen ? 'open' : 'resolved',
    payment_id: PAYMENT_ID,
    payment_status: 'confirmed',
    customer_id: 'user_998877',
    metadata: METADATA,
    coins: [
      {
        deposit_id: 'dep_01KJA7T8V0W2X4Y6Z8A0B1C3D5',
        ...USDT_BSC,
        amount: '9.5',
        address: DEPOSIT_ADDRESS,
        tx_hash: HASH,
      },
    ],
    verbs: isOpen ? ['accept', 'refund', 'credit', 'ignore'] : [],
    resolution: isOpen ? null : 'refund',
    prices: null,
    credited_customer_id: null,
    refunds: isOpen ? [] : [refundAs('awaiting_payout')],
    opened_at: BEGAN,
    resolved_at: isOpen ? null : ENDED,
  }
  return { objectId: EXCEPTION_ID, object }
}

const REFUND_STATES: Readonly<Record<string, RefundState>> = { sending: 'sending', sent: 'sent' }

/** A refund as its events tell it. */
export const refundExample: ExampleOf = (word) => {
  const refund = refundAs(REFUND_STATES[word] ?? 'awaiting_payout')
  const problem = 'No node of BSC answered.'
  const object =
    word === 'failed'
      ? { ...refund, address: DESTINATION, problem, rollback_confirmed: true }
      : { ...refund, problem: word === 'waiting' ? problem : null }
  return { objectId: refund.id, object }
}

type RefundState = 'awaiting_payout' | 'sending' | 'sent'

const refundAs = (status: RefundState) => ({
  id: 'ref_01KJA8B2C4D6E8F0G1H3J5K7M9',
  status,
  exception_id: EXCEPTION_ID,
  payment_id: PAYMENT_ID,
  ...USDT_BSC,
  amount: '9.5',
  address: status === 'awaiting_payout' ? null : DESTINATION,
  payout_id: status === 'awaiting_payout' ? null : 'po_01KJA8C3D5E7F9G0H2J4K6M8N1',
  tx_hash: status === 'sent' ? HASH : null,
  problem: null,
  created_at: ENDED,
})
