import { formatRate, multiplyRates, parseRate } from '../../server/src/money/rate.ts'

/** How an exchange behaves: well, or as the name says. */
export type Mood = 'well' | 'down' | 'busy' | 'hanging' | 'nonsense'

/** An exchange as its public tickers show it; tests change it while it runs. */
export type ExchangeState = {
  /** Prices by market, such as `BTC/USD`, as decimal text. */
  prices: Readonly<Record<string, string>>
  /** All prices are told multiplied by it. */
  lie: string
  /** How far its tickers are behind, in ms. */
  ageMs: number
  mood: Mood
  now: () => number
}

/** A market as it is told now: decimal texts, bid and ask a hundredth of a percent apart from it. */
export type Told = Readonly<{
  symbol: string
  base: string
  quote: string
  bid: string
  ask: string
  last: string
  /** Of when it is, in ms. */
  at: number
}>

/** What the exchange tells of each of its markets. */
export function toldBy(state: ExchangeState): readonly Told[] {
  return Object.entries(state.prices).map(([symbol, price]) => {
    const [base = '', quote = ''] = symbol.split('/')
    const last = multiplyRates(parseRate(price), parseRate(state.lie))
    const beside = (factor: string): string => formatRate(multiplyRates(last, parseRate(factor)))
    return {
      symbol,
      base,
      quote,
      bid: beside('0.9999'),
      ask: beside('1.0001'),
      last: formatRate(last),
      at: state.now() - state.ageMs,
    }
  })
}
