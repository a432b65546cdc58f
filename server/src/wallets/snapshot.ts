import { isoTime } from '../events/event.ts'
import { formatUnits } from '../money/amount.ts'
import { readJson } from '../money/json.ts'
import { exactNumber, type JsonNumber } from '../money/json-number.ts'
import { knownAsset } from '../money/registry.ts'
import type { AssetId, ChainId, Units } from '../money/units.ts'
import { centsOf, dollarText } from '../rates/dollars.ts'
import type { Price } from '../rates/price.ts'
import type { Environment } from '../shell/book.ts'
import { depositStatus, type Wallet, type WalletDeposit } from './wallet.ts'

// Wallets and what arrives for them, as answers and events tell of them.

/** What a wallet holds: what may be spent, and what is on its way. */
export type Holding = Readonly<{ balance: Units; pending: Units }>

/** What a wallet's snapshot needs beside it; no price: not known here. */
export type WalletFrame = Holding & Readonly<{ environment: Environment; price: Price | undefined }>

/** A wallet as `GET /v1/wallets/:id` answers it. */
export function walletSnapshot(wallet: Wallet, frame: WalletFrame) {
  return { ...bareWallet(wallet, frame), balance_usd: usd(frame.balance, wallet.asset, frame) }
}

/** A wallet as an event tells of it: without prices, which are of the moment. */
export function bareWallet(wallet: Wallet, frame: Omit<WalletFrame, 'price'>) {
  const { decimals } = knownAsset(wallet.asset)
  return {
    id: wallet.walletId,
    ...walletWords(wallet),
    label: wallet.label ?? null,
    balance: formatUnits(frame.balance, decimals),
    pending_balance: formatUnits(frame.pending, decimals),
    deposit_address: wallet.address,
    environment: frame.environment,
    created_at: isoTime(wallet.createdAt),
  }
}

/** What every snapshot says of whose it is. */
function walletWords(wallet: Wallet) {
  const { currency, network, id: asset } = knownAsset(wallet.asset)
  return {
    wallet_id: wallet.walletId,
    customer_id: wallet.customerId,
    metadata: readJson(wallet.metadata),
    currency,
    network,
    asset,
  }
}

/** What a deposit's snapshot needs beside it. */
export type DepositFrame = Readonly<{
  wallet: Wallet
  environment: Environment
  /** The newest block that is known of each chain. */
  heights: ReadonlyMap<ChainId, number>
  price: Price | undefined
}>

/** A deposit as the list of a wallet's transactions has it. */
export function transactionSnapshot(deposit: WalletDeposit, frame: DepositFrame) {
  const bare = bareDeposit(deposit, frame)
  return { ...bare, amount_usd: usd(deposit.units, frame.wallet.asset, frame) }
}

/** A deposit as an event tells of it. @param newBalance what the wallet holds after it */
export const depositEvent = (
  deposit: WalletDeposit,
  frame: Omit<DepositFrame, 'price'>,
  newBalance: Units,
) => ({
  ...bareDeposit(deposit, frame),
  label: frame.wallet.label ?? null,
  new_balance: formatUnits(newBalance, knownAsset(frame.wallet.asset).decimals),
  environment: frame.environment,
})

/** What is known of a transaction that somebody said had paid a wallet. */
export function claimSnapshot(
  claim: Readonly<{ wallet: Wallet; units: Units; txHash: string }>,
  known: Readonly<{
    transactions: readonly ReturnType<typeof transactionSnapshot>[]
    price: Price | undefined
  }>,
) {
  const { wallet, units, txHash } = claim
  const { transactions } = known
  const sures = ['pending', 'confirming', 'completed'] as const
  // As sure as the least sure of its parts; of one that was not found, nothing is known.
  const status = sures.find((one) => transactions.some((part) => part.status === one))
  return {
    type: 'deposit' as const,
    ...walletWords(wallet),
    amount: formatUnits(units, knownAsset(wallet.asset).decimals),
    amount_usd: usd(units, wallet.asset, known),
    status: status ?? 'pending',
    confirmations:
      transactions.length === 0 ? 0 : Math.min(...transactions.map((part) => part.confirmations)),
    tx_hash: txHash,
    deposit_address: wallet.address,
    transactions,
  }
}

function bareDeposit(deposit: WalletDeposit, frame: Omit<DepositFrame, 'price'>) {
  const { wallet } = frame
  return {
    id: deposit.depositId,
    type: 'deposit' as const,
    ...walletWords(wallet),
    amount: formatUnits(deposit.units, knownAsset(wallet.asset).decimals),
    status: depositStatus(deposit.level),
    confirmations: confirmationsOf(deposit, frame.heights.get(knownAsset(wallet.asset).chain)),
    tx_hash: deposit.txHash,
    deposit_address: deposit.address,
    created_at: isoTime(deposit.seenAt),
  }
}

function confirmationsOf({ blockHeight }: WalletDeposit, latest: number | undefined): number {
  return blockHeight === undefined ? 0 : Math.max(1, (latest ?? blockHeight) - blockHeight + 1)
}

function usd(
  value: Units,
  asset: AssetId,
  { price }: Readonly<{ price: Price | undefined }>,
): JsonNumber | null {
  if (price === undefined) return null
  return exactNumber(dollarText(centsOf(value, knownAsset(asset).decimals, price)))
}
