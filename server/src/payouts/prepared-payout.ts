import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { parseRate } from '../money/rate.ts'
import type { Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import { centsOf } from '../rates/dollars.ts'
import { feeOf, type FeeQuote } from './fee-quote.ts'
import type { StoredPrice } from './payout.ts'
import type { PayoutAsked } from './payout-request.ts'

/** One payout that may begin, with everything that is fixed at its beginning. */
export type PreparedPayout = Readonly<{
  asked: PayoutAsked
  contentHash: Uint8Array
  asset: Asset
  units: Units
  feeUnits: Units
  netUnits: Units
  quoteId: string
  /** In the chain's coin. */
  feeMax: Units
  price: StoredPrice
  worthCents: bigint
  /** The address's canonical form. */
  destination: string
}>

/** What a payout of some units costs by a quote, and what it is worth. */
export type PayoutTerms = Pick<
  PreparedPayout,
  'feeUnits' | 'netUnits' | 'quoteId' | 'feeMax' | 'price' | 'worthCents'
>

/**
 * The terms of a payout.
 *
 * @throws payouts.amount_below_minimum, payouts.amount_below_fee
 */
export function termsOf(asset: Asset, amount: Units, quote: FeeQuote): PayoutTerms {
  const { decimals, code } = asset
  const told = { amount: formatUnits(amount, decimals), currency: code }
  const fee = feeOf(quote, amount).total
  if (amount <= fee) {
    throw new AppError('payouts.amount_below_fee', { ...told, fee: formatUnits(fee, decimals) })
  }
  if (amount < quote.minUnits) {
    const least = formatUnits(quote.minUnits, decimals)
    throw new AppError('payouts.amount_below_minimum', { ...told, least })
  }
  const usd = quote.usd.asset
  return {
    feeUnits: fee,
    netUnits: units(amount - fee),
    quoteId: quote.quoteId,
    feeMax: quote.feeMax,
    price: { usd, at: quote.usd.at },
    worthCents: centsOf(amount, decimals, { usd: parseRate(usd) }),
  }
}
