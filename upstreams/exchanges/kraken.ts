import type { Answered, Asked } from '../http-server.ts'
import { toldBy, type ExchangeState, type Told } from './exchange-state.ts'

/** Names of before there were standard ones: `X` for coins, `Z` for money. */
const LEGACY: Readonly<Record<string, string>> = {
  BTC: 'XXBT',
  ETH: 'XETH',
  USD: 'ZUSD',
  EUR: 'ZEUR',
  GBP: 'ZGBP',
  JPY: 'ZJPY',
  CAD: 'ZCAD',
}

const idOf = (currency: string): string => LEGACY[currency] ?? currency
const shortOf = (currency: string): string => (currency === 'BTC' ? 'XBT' : currency)

/** A pair of two legacy names has both prefixes; a newer coin has none, nor takes money's away. */
const pairOf = ({ base, quote }: Told): string =>
  LEGACY[base] === undefined && base !== 'USDT'
    ? `${base}${shortOf(quote)}`
    : `${idOf(base)}${idOf(quote)}`

const ok = (result: unknown): Answered => ({ status: 200, value: { error: [], result } })
const refused = (error: string): Answered => ({ status: 200, value: { error: [error] } })

/**
 * Kraken's public `AssetPairs` and `Ticker`. Its tickers carry no time.
 *
 * @see https://docs.kraken.com/api/docs/rest-api/get-ticker-information, read 2026-11-20
 */
export function kraken(state: ExchangeState, { path, query }: Asked): Answered | undefined {
  const told = toldBy(state)
  if (state.mood === 'busy') return refused('EGeneral:Too many requests')
  if (path === '/0/public/AssetPairs') {
    return ok(Object.fromEntries(told.map((one) => [pairOf(one), assetPair(one)])))
  }
  if (path !== '/0/public/Ticker') return undefined
  const asked = query.get('pair')?.split(',') ?? told.map(pairOf)
  const found = asked.map((pair) => told.find((one) => pairOf(one) === pair))
  if (found.includes(undefined)) return refused('EQuery:Unknown asset pair')
  return ok(
    Object.fromEntries(
      found.flatMap((one) => (one === undefined ? [] : [[pairOf(one), ticker(one)]])),
    ),
  )
}

const assetPair = ({ base, quote }: Told) => ({
  altname: `${shortOf(base)}${shortOf(quote)}`,
  wsname: `${shortOf(base)}/${shortOf(quote)}`,
  aclass_base: 'currency',
  base: idOf(base),
  aclass_quote: 'currency',
  quote: idOf(quote),
  lot: 'unit',
  cost_decimals: 5,
  pair_decimals: 1,
  lot_decimals: 8,
  lot_multiplier: 1,
  leverage_buy: [2, 3],
  leverage_sell: [2, 3],
  fees: [[0, 0.4]],
  fees_maker: [[0, 0.25]],
  fee_volume_currency: 'ZUSD',
  margin_call: 80,
  margin_stop: 40,
  ordermin: '0.00005',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
})

const ticker = ({ bid, ask, last }: Told) => ({
  a: [ask, '1', '1.000'],
  b: [bid, '1', '1.000'],
  c: [last, '0.00117510'],
  v: ['1147.74', '1899.21'],
  p: [last, last],
  t: [19_014, 31_870],
  l: [bid, bid],
  h: [ask, ask],
  o: last,
})
