import type { DepositLevel } from '../custody/deposit.ts'
import { account } from '../ledger/chart.ts'
import type { AccountSpec } from '../ledger/transfer.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import { walletOwner } from './wallet-owner.ts'

/** What a customer holds of one asset, and the address at which it arrives. */
export type Wallet = Readonly<{
  walletId: string
  /** The merchant's own name for the customer. */
  customerId: string
  asset: AssetId
  address: string
  label: string | undefined
  /** JSON text of an object. */
  metadata: string
  createdAt: Instant
}>

/** Coins that arrived for a wallet. */
export type WalletDeposit = Readonly<{
  depositId: string
  walletId: string
  units: Units
  address: string
  txHash: string
  level: DepositLevel
  blockHeight: number | undefined
  seenAt: Instant
  /** How often it was credited: forks may take it back and bring it again. */
  credits: number
  /** What of it is in the wallet since it was credited; 0 while it is not. */
  creditedUnits: Units
}>

/** "This transaction paid the wallet", as somebody said. */
export type WalletClaim = Readonly<{ walletId: string; txHash: string; units: Units }>

/** How long a transaction is looked for that somebody named. */
export const CLAIM_MS = 24 * 60 * 60 * 1_000

/** How far a deposit is, in the words of the contract; it is credited when `completed`. */
export type DepositStatus = 'pending' | 'confirming' | 'completed' | 'reverted'

/** The word for each level. */
export const depositStatus = (level: DepositLevel): DepositStatus => STATUS_OF_LEVEL[level]

const STATUS_OF_LEVEL = {
  seen: 'pending',
  confirmed: 'confirming',
  safe: 'confirming',
  final: 'completed',
  reverted: 'reverted',
} as const satisfies Record<DepositLevel, DepositStatus>

/** The ledger's account of a customer's coins of an asset, whichever address they came to. */
export const walletAccount = ({
  customerId,
  asset,
}: Pick<Wallet, 'customerId' | 'asset'>): AccountSpec =>
  account('customer.wallet', asset, walletOwner(customerId))
