import { assetsNamed } from '../money/alias.ts'
import { formatUnits, parseUnits } from '../money/amount.ts'
import { resolveCurrency } from '../money/currency.ts'
import { applyRate, type Rate } from '../money/rate.ts'
import type { Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Rates } from './rates.ts'

/** How long a price that was accepted now is as good as a new one, in ms. */
export const PRICE_GOOD_MS = 60_000

/** What is to be estimated: currencies as a request names them, an amount as decimal text. */
export type ExchangeAsked = Readonly<{ base: string; quote: string; amount: string | undefined }>

/** What it is worth, at prices of now that nobody holds. */
export type ExchangeEstimate = Readonly<{
  /** The symbols that are priced. */
  base: string
  quote: string
  rate: Rate
  /** Decimal text in the quote currency, rounded down; absent without an amount. */
  received: string | undefined
  /** What the prices of both sides rest on, by name. */
  sources: readonly string[]
  at: Instant
  expiresAt: Instant
}>

/**
 * What one currency is worth in another.
 *
 * @throws money.unknown_currency, money.amount_too_precise, money.amount_out_of_range,
 *   rates.rate_unavailable
 */
export async function estimateExchange(
  { rates }: Readonly<{ rates: Rates }>,
  book: Book,
  { base, quote, amount }: ExchangeAsked,
): Promise<ExchangeEstimate> {
  const [from, to] = [decimalsOf(base), decimalsOf(quote)]
  const value = amount === undefined ? undefined : parseUnits(amount, from.most)
  const { rate, at, prices } = await rates.crossRate(book, base, quote)
  const sides = { fromDecimals: from.most, toDecimals: to.least, mode: 'down' } as const
  return {
    base: resolveCurrency(base).symbol,
    quote: resolveCurrency(quote).symbol,
    rate,
    received:
      value === undefined ? undefined : formatUnits(applyRate(value, rate, sides), to.least),
    sources: [...new Set([...prices.from.sources, ...prices.to.sources])].sort(),
    at,
    expiresAt: at + PRICE_GOOD_MS,
  }
}

/** The decimals of a currency; of one with several assets the most and the least. */
function decimalsOf(text: string): Readonly<{ most: number; least: number }> {
  const currency = resolveCurrency(text)
  if (currency.kind === 'fiat') return { most: currency.decimals, least: currency.decimals }
  const decimals = [...assetsNamed(text)].map((asset) => asset.decimals)
  return { most: Math.max(...decimals), least: Math.min(...decimals) }
}
