import { divide } from '../money/rounding.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'

/** What a book has settled about its own fee for payouts, in dollars. */
export type PayoutFeeSettings = Readonly<{
  /** A fixed part in cents, 0 up to `SETTING_CENTS_MAX`. */
  fixedCents: bigint
  /** A part of the amount, 0 up to `PARTS_PER_MILLION_MAX`. */
  partsPerMillion: number
  /** What a payout has to be worth at least, in cents, 0 up to `SETTING_CENTS_MAX`. */
  minimumCents: bigint
}>

/** Where a book settled nothing. */
export const NO_PAYOUT_FEES: PayoutFeeSettings = {
  fixedCents: 0n,
  partsPerMillion: 0,
  minimumCents: 0n,
}

/** A million dollars. */
export const SETTING_CENTS_MAX = 100_000_000n

/** The book's own fee for a payout, in an asset: a fixed part, and a part of the amount. */
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

/** How long a quote holds, in ms of the book's time. */
export const FEE_QUOTE_MS = 60_000

const MILLION = 1_000_000n

/** The largest part of an amount that a service fee may be. */
export const PARTS_PER_MILLION_MAX = 500_000

/** What a payout of `amount` units, fees included, costs by this quote; never rounded down. */
export function feeOf(
  {
    networkFeeInAsset: network,
    service: { fixed, partsPerMillion },
  }: Pick<FeeQuote, 'networkFeeInAsset' | 'service'>,
  amount: Units,
): Fees {
  const part = divide(amount * BigInt(partsPerMillion), MILLION, 'up').quotient
  const service = units(fixed + part)
  return { network, service, total: units(network + service) }
}

/** What a least amount has to satisfy, in the asset's units. */
export type LeastFacts = Pick<FeeQuote, 'networkFeeInAsset' | 'service'> &
  Readonly<{
    /** What has to arrive at least, 1 or more: above dust, enough for an account to exist. */
    arrives: Units
    /** What the amount itself has to be at least. */
    amount: Units
  }>

/** The least amount, fees included, of which enough arrives and which is enough itself. */
export function leastAmount(facts: LeastFacts): bigint {
  const { networkFeeInAsset, service, arrives, amount } = facts
  // What is left of an amount after its part is `amount * (M - part) / M`, rounded down.
  const rest = MILLION - BigInt(service.partsPerMillion)
  const needed = (networkFeeInAsset + service.fixed + arrives) * MILLION
  const least = divide(needed, rest, 'up').quotient
  return least > amount ? least : amount
}
