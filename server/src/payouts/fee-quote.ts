import { divide } from '../money/rounding.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'

/** The book's own fee for a payout: a fixed part, and a part of the amount. */
export type ServiceFee = Readonly<{
  /** In the asset's units, 0 or more. */
  fixed: Units
  /** Of the amount, 0 up to `PARTS_PER_MILLION_MAX`. */
  partsPerMillion: number
}>

/** The prices that a quote rests on: US dollars a whole one, as exact decimal text. */
export type QuotedPrices = Readonly<{
  asset: string
  native: string
  /** When the older of the two was accepted, in the book's time. */
  at: Instant
  /** The sources of the asset's price, by name. */
  sources: readonly string[]
}>

/** What a payout of one asset costs in one book, the same for everybody until it expires. */
export type FeeQuote = Readonly<{
  /** `feeq_…` */
  quoteId: string
  asset: AssetId
  /** The coin in which the chain takes its fee. */
  native: AssetId
  /** What the chain is expected to take for one payout, in the native coin's units. */
  networkFee: Units
  /** The limit that a transaction for one payout is signed with, in the native coin's units. */
  feeMax: Units
  /** `networkFee` in the asset's units, rounded up. */
  networkFeeInAsset: Units
  service: ServiceFee
  /** The least amount, fees included, that can be paid out. */
  minUnits: Units
  usd: QuotedPrices
  createdAt: Instant
  /** From then on, in the book's time, it is no longer good. */
  expiresAt: Instant
}>

/** What is taken off an amount, in its asset's units. */
export type Fees = Readonly<{ network: Units; service: Units; total: Units }>

/** The whole, in which a part of the amount is told. */
export const MILLION = 1_000_000n

/** The largest part of an amount that a service fee may be. */
export const PARTS_PER_MILLION_MAX = 500_000

/** What a payout of `amount` units, fees included, costs by this quote; never rounded down. */
export function feeOf(
  { networkFeeInAsset: network, service: { fixed, partsPerMillion } }: FeeQuote,
  amount: Units,
): Fees {
  const part = divide(amount * BigInt(partsPerMillion), MILLION, 'up').quotient
  const service = units(fixed + part)
  return { network, service, total: units(network + service) }
}
