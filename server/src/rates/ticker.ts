import { isFiat } from '../money/fiat.ts'
import {
  compareRates,
  invertRate,
  medianRate,
  multiplyRates,
  parseRate,
  type Rate,
} from '../money/rate.ts'
import { STABLES, type PricedIn } from './market-price.ts'

/** A market of an exchange: so much of `quote` is paid for a whole `base`. */
export type ExchangeMarket = Readonly<{ symbol: string; base: string; quote: string }>

/** The market that tells the price of a currency; `inverse`: it tells what a dollar costs in it. */
export type ChosenMarket = Readonly<{
  currency: string
  symbol: string
  pricedIn: PricedIn
  inverse: boolean
}>

/** What an exchange says of a market: decimal texts, each absent where it says nothing. */
export type Ticker = Readonly<{
  bid: string | undefined
  ask: string | undefined
  last: string | undefined
}>

/** In this order: what is told in dollars needs no other price. */
const PREFERRED: readonly PricedIn[] = ['USD', ...STABLES]

/** A market in which buyers and sellers are farther apart tells no price: a fiftieth. */
const SPREAD_MAX = parseRate('1.02')

const INVERTED = { digits: 24, mode: 'half_even' } as const

/** Where exchanges list a currency of ours under another name. */
const LISTED_AS: Readonly<Record<string, string>> = { MATIC: 'POL' }

/** What exchanges list under this name is something else: our test dollar is worth nothing. */
const NOT_LISTED = 'TUSD'

/** The best market for each currency; those that the exchange does not trade are left out. */
export function chooseMarkets(
  markets: readonly ExchangeMarket[],
  currencies: readonly string[],
): readonly ChosenMarket[] {
  const symbols = new Map(markets.map((one) => [`${one.base} ${one.quote}`, one.symbol]))
  return currencies.flatMap((currency): readonly ChosenMarket[] => {
    if (currency === NOT_LISTED) return []
    const listed = LISTED_AS[currency] ?? currency
    for (const pricedIn of PREFERRED) {
      const symbol = symbols.get(`${listed} ${pricedIn}`)
      if (symbol !== undefined) return [{ currency, symbol, pricedIn, inverse: false }]
      const other = isFiat(currency) ? symbols.get(`${pricedIn} ${listed}`) : undefined
      if (other !== undefined) return [{ currency, symbol: other, pricedIn, inverse: true }]
    }
    return []
  })
}

/**
 * The price in a ticker: the middle of bid and ask, the last trade where either is missing. Absent
 * where there is none that could be believed.
 */
export function priceIn(
  ticker: Ticker,
  { inverse }: Pick<ChosenMarket, 'inverse'>,
): Rate | undefined {
  const price = middleOf(ticker)
  return price === undefined || !inverse ? price : invertRate(price, INVERTED)
}

function middleOf({ bid, ask, last }: Ticker): Rate | undefined {
  if (bid === undefined || ask === undefined) {
    return last === undefined ? undefined : parseRate(last)
  }
  const [low, high] = [parseRate(bid), parseRate(ask)]
  const isCrossed = compareRates(low, high) > 0
  const isWide = compareRates(high, multiplyRates(low, SPREAD_MAX)) > 0
  return isCrossed || isWide ? undefined : medianRate([low, high])
}
