import {
  BEGAN,
  DEPOSIT_ADDRESS,
  HASH,
  METADATA,
  USDT,
  type Example,
  type ExampleOf,
} from './example.ts'

const WALLET_ID = 'wal_01KJA8D4E6F8G0H1J3K5M7N9P2'

const whose = { wallet_id: WALLET_ID, customer_id: 'user_123', metadata: METADATA, ...USDT }

/** A wallet as its events tell it. */
export const walletExample: ExampleOf = () => ({
  objectId: WALLET_ID,
  object: {
    id: WALLET_ID,
    ...whose,
    label: null,
    balance: '0',
    pending_balance: '0',
    deposit_address: DEPOSIT_ADDRESS,
    environment: 'test',
    created_at: BEGAN,
  },
})

/** Coins that came for a wallet, as its events tell them. */
export const walletDepositExample: ExampleOf = (word) => ({
  objectId: WALLET_ID,
  object: {
    id: 'dep_01KJA8E5F7G9H0J2K4M6N8P1Q3',
    type: 'deposit',
    ...whose,
    amount: '50',
    status: word,
    confirmations: CONFIRMATIONS[word] ?? 0,
    tx_hash: HASH,
    deposit_address: DEPOSIT_ADDRESS,
    created_at: BEGAN,
    label: null,
    new_balance: word === 'completed' ? '50' : '0',
    environment: 'test',
  },
})

const CONFIRMATIONS: Readonly<Record<string, number>> = { confirming: 1, completed: 18 }

/** A transaction that was named and did not come. */
export const depositNotFoundExample = (): Example => ({
  objectId: WALLET_ID,
  object: {
    wallet_id: WALLET_ID,
    customer_id: 'user_123',
    currency: USDT.currency,
    network: USDT.network,
    amount: '50',
    tx_hash: HASH,
    status: 'not_found',
  },
})
