import { exactNumber } from '../../money/json-number.ts'
import { BEGAN, DEPOSIT_ADDRESS, HASH, METADATA, USDT_BSC, type ExampleOf } from './example.ts'

const PRICE = '250.5'
const CUSTOMER = 'user_998877'

/** How far a payment is; `came`: what came of the price, in the asset that was asked for. */
type Standing = Readonly<{
  status: 'awaiting' | 'confirming' | 'confirmed' | 'expired' | 'failed'
  exception: 'none' | 'underpaid' | 'overpaid' | 'late' | 'wrong_asset' | 'reverted'
  came?: string
  isClaimed?: boolean
}>

const NOTHING_CAME: Standing = { status: 'awaiting', exception: 'none' }

const STANDINGS: Readonly<Record<string, Standing>> = {
  claimed: { ...NOTHING_CAME, isClaimed: true },
  confirming: { status: 'confirming', exception: 'none', came: PRICE },
  confirmed: { status: 'confirmed', exception: 'none', came: PRICE },
  expired: { status: 'expired', exception: 'none' },
  failed: { status: 'failed', exception: 'none', isClaimed: true },
  underpaid: { status: 'awaiting', exception: 'underpaid', came: '200' },
  updated: { status: 'awaiting', exception: 'underpaid', came: '225' },
  overpaid: { status: 'confirmed', exception: 'overpaid', came: '260' },
  late: { status: 'expired', exception: 'late', came: PRICE },
  wrong_asset: { status: 'awaiting', exception: 'wrong_asset', came: PRICE },
  reverted: { status: 'awaiting', exception: 'reverted', came: PRICE },
}

/** A checkout session as its events tell it. */
export const checkoutExample: ExampleOf = (word) => {
  const objectId = 'chk_01KJA7Q3ZV5W1F6J9T0M2B4C7D'
  const standing = STANDINGS[word] ?? NOTHING_CAME
  const object = {
    id: objectId,
    checkout_url: `https://pay.example/checkout/${objectId}`,
    product_name: 'Yearly plan',
    amount: PRICE,
    ...shared(standing, 'pending'),
    claimed_at: standing.isClaimed ? '2026-02-25T12:03:07Z' : null,
    success_url: 'https://shop.example/paid',
    cancel_url: 'https://shop.example/cart',
    customerId: CUSTOMER,
  }
  return { objectId, object }
}

/** An invoice as its events tell it. */
export const invoiceExample: ExampleOf = (word) => {
  const objectId = 'inv_01KJA7R0C2D4E6F8G0H1J3K5M7'
  const object = {
    id: objectId,
    hosted_url: `https://pay.example/pay/${objectId}`,
    amount: exactNumber(PRICE),
    description: 'Consulting, February',
    ...shared(STANDINGS[word] ?? NOTHING_CAME, 'pending'),
    redirect_url: null,
  }
  return { objectId, object }
}

/** A payment as its events tell it. */
export const paymentExample: ExampleOf = (word) => {
  const objectId = 'pay_01KJA7S9T1V3W5X7Y9Z0A2B4C6'
  const object = {
    id: objectId,
    payment_id: objectId,
    type: 'payment',
    amount: PRICE,
    ...shared(STANDINGS[word] ?? NOTHING_CAME, 'awaiting_payment'),
    addresses: { USDT_BSC: DEPOSIT_ADDRESS },
  }
  return { objectId, object }
}

function shared({ status, exception, came }: Standing, waiting: string) {
  const counts = came !== undefined && !['late', 'wrong_asset', 'reverted'].includes(exception)
  const confirmations = counts && status === 'confirmed' ? 18 : counts ? 1 : 0
  return {
    currency: 'USD',
    status: status === 'awaiting' ? waiting : status,
    exception,
    customer_id: CUSTOMER,
    metadata: METADATA,
    environment: 'test',
    asset: USDT_BSC.asset,
    amount_due: PRICE,
    amount_received: counts ? came : '0',
    confirmations,
    tx_hash: came === undefined || exception === 'reverted' ? null : HASH,
    payment_details: [
      {
        ...USDT_BSC,
        amount: PRICE,
        address: DEPOSIT_ADDRESS,
        status: status === 'awaiting' ? 'pending' : status,
        amount_received: counts ? came : '0',
        rate: '1',
        tx_hash: counts ? HASH : null,
      },
    ],
    deposits: came === undefined ? [] : [depositOf(came, { status, exception }, confirmations)],
    callback_url: null,
    created_at: BEGAN,
    expires_at: '2026-02-25T12:30:00Z',
  }
}

const USDC_BSC = {
  currency: 'USDC_BSC',
  network: 'BSC',
  asset: 'eip155:56/erc20:0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d',
}

function depositOf(amount: string, { status, exception }: Standing, confirmations: number) {
  const isFinal = status === 'confirmed' || exception === 'late' || exception === 'wrong_asset'
  return {
    ...(exception === 'wrong_asset' ? USDC_BSC : USDT_BSC),
    amount,
    deposit_id: 'dep_01KJA7T8V0W2X4Y6Z8A0B1C3D5',
    address: DEPOSIT_ADDRESS,
    tx_hash: HASH,
    kind: exception === 'late' ? 'late' : exception === 'wrong_asset' ? 'foreign' : 'part',
    status: exception === 'reverted' ? 'reverted' : isFinal ? 'final' : 'confirmed',
    confirmations: isFinal ? 18 : confirmations,
    seen_at: exception === 'late' ? '2026-02-25T12:41:30Z' : '2026-02-25T12:02:55Z',
  }
}
