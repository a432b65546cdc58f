import { exactNumber } from '../../money/json-number.ts'
import {
  BEGAN,
  DEPOSIT_ADDRESS,
  DESTINATION,
  ENDED,
  HASH,
  METADATA,
  TREASURY,
  USDT,
  type ExampleOf,
} from './example.ts'

/** A conversion as its event tells it. */
export const conversionExample: ExampleOf = () => {
  const objectId = 'cv_01KJA8N2P4Q5R7S9T1V3W6X8Y0'
  const object = {
    id: objectId,
    conversion_id: objectId,
    status: 'completed',
    from: 'BTC',
    from_network: 'Bitcoin',
    from_asset: 'bip122:000000000019d6689c085ae165831e93/slip44:0',
    to: USDT.currency,
    to_network: USDT.network,
    to_asset: USDT.asset,
    amount: exactNumber('0.5'),
    received_amount: exactNumber('32500.25'),
    rate_applied: exactNumber('65000.5'),
    market_rate: exactNumber('65000.5'),
    spread_amount: exactNumber('0'),
    spread_ppm: 0,
    prices: [
      { currency: 'BTC', price_usd: exactNumber('65000.5'), at: BEGAN, sources: ['kraken'] },
      { currency: 'USDT', price_usd: exactNumber('1'), at: BEGAN, sources: ['kraken'] },
    ],
    external_id: null,
    customer_id: null,
    metadata: METADATA,
    environment: 'test',
    created_at: BEGAN,
  }
  return { objectId, object }
}

/** Coins that were set aside for conversions, as their event tells it. */
export const liquidityExample: ExampleOf = () => {
  const objectId = 'liq_01KJA8P3Q5R6S8T0V2W4X7Y9Z1'
  const object = {
    id: objectId,
    direction: 'in',
    ...USDT,
    amount: '25000.5',
    liquidity: '25000.5',
    environment: 'test',
  }
  return { objectId, object }
}

/** How far something that is sent is; and what is known of it by then. */
const sentAs = (word: string) => {
  const status = word === 'created' ? 'sending' : word
  return {
    status,
    fee: status === 'completed' ? '0.00021' : null,
    tx_hash: status === 'completed' ? HASH : null,
    problem: status === 'failed' ? 'the chain took its fee and undid it' : null,
    created_at: '2026-02-25T12:00:00.000Z',
    ended_at: status === 'sending' ? null : '2026-02-25T12:09:41.300Z',
  }
}

/** A sweep as its events tell it. */
export const sweepExample: ExampleOf = (word) => {
  const objectId = 'swp_01KJA8Q4R6S7T9V1W3X5Y8Z0A2'
  const { status, ...rest } = sentAs(word)
  const object = {
    id: objectId,
    status,
    ...USDT,
    fee_currency: 'BNB',
    treasury: TREASURY,
    legs: [
      {
        address: DEPOSIT_ADDRESS,
        owner_id: 'chk_01KJA7Q3ZV5W1F6J9T0M2B4C7D',
        amount: '250.5',
        fee: rest.fee,
      },
    ],
    estimated_fee: '0.00021',
    ...rest,
  }
  return { objectId, object }
}

/** Coins at an own address, as their events tell them. */
export const treasuryDepositExample: ExampleOf = (word) => {
  const objectId = 'dep_01KJA8X0Y2Z3A5B7C9D1E4F6G8'
  const object = {
    id: objectId,
    type: 'deposit',
    ...USDT,
    amount: '1000',
    credited_amount: word === 'completed' ? '1000' : '0',
    status: word,
    tx_hash: HASH,
    deposit_address: TREASURY,
    environment: 'test',
    created_at: BEGAN,
  }
  return { objectId, object }
}

/** What pays for sweeps, as its events tell it. */
export const tankExample: ExampleOf = (word) => ({
  objectId: 'tank:eip155:56',
  object: {
    network: 'BSC',
    address: TREASURY,
    currency: 'BNB',
    amount: word === 'gas_low' ? '0.0004' : '0.05',
    wanted: '0.0021',
    status: word === 'gas_low' ? 'low' : 'enough',
  },
})

/** A cold wallet as its events tell it. */
export const coldWalletExample: ExampleOf = (word) => {
  const objectId = 'cw_01KJA8R5S7T8V0W2X4Y6Z9A1B3'
  const terms = { address: DESTINATION, keep: '25000' }
  const isRemoved = word === 'removed'
  const object = {
    id: objectId,
    ...USDT,
    in_force: isRemoved ? terms : null,
    next: isRemoved ? null : { ...terms, effective_at: '2026-02-26T12:00:00.000Z' },
  }
  return { objectId, object }
}

/** Coins that go to a cold wallet, as their events tell it. */
export const coldTransferExample: ExampleOf = (word) => {
  const objectId = 'cold_01KJA8S6T8V9W1X3Y5Z7A0B2C4'
  const { status, ...rest } = sentAs(word)
  const object = {
    id: objectId,
    status,
    ...USDT,
    fee_currency: 'BNB',
    treasury: TREASURY,
    address: DESTINATION,
    amount: '75000',
    estimated_fee: '0.00021',
    ...rest,
  }
  return { objectId, object }
}

/** Coins that come back from a cold wallet, as their event tells it. */
export const coldReturnExample: ExampleOf = () => ({
  objectId: `cold_return:${HASH}`,
  object: { tx_hash: HASH, currency: USDT.currency, network: USDT.network },
})

/** A halt of crediting as its events tell it. */
export const haltExample: ExampleOf = (word) => {
  const objectId = 'hlt_01KJA8T7V9W0X2Y4Z6A8B1C3D5'
  const isOver = word === 'crediting_resumed'
  const object = {
    id: objectId,
    ...USDT,
    status: isOver ? 'resumed' : 'halted',
    reason: 'Two nodes contradict one another about a deposit.',
    halted_at: BEGAN,
    resumed_at: isOver ? ENDED : null,
  }
  return { objectId, object }
}
