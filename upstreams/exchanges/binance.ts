import { z } from 'zod'
import type { Answered, Asked } from '../http-server.ts'
import { toldBy, type ExchangeState, type Told } from './exchange-state.ts'

const DAY_MS = 86_400_000
const Symbols = z.array(z.string())

const nameOf = ({ base, quote }: Told): string => `${base}${quote}`

/**
 * Binance's public `exchangeInfo` and `ticker/24hr`.
 *
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints,
 *   read 2026-11-20
 */
export function binance(state: ExchangeState, { path, query }: Asked): Answered | undefined {
  if (state.mood === 'busy') {
    const msg = 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.'
    return { status: 429, value: { code: -1003, msg } }
  }
  const told = toldBy(state)
  if (path === '/api/v3/exchangeInfo') {
    const symbols = told.map(symbolInfo)
    const value = { timezone: 'UTC', serverTime: state.now(), rateLimits: [], symbols }
    return { status: 200, value: { ...value, exchangeFilters: [] } }
  }
  if (path !== '/api/v3/ticker/24hr') return undefined
  const asked = query.get('symbols')
  const names = asked === null ? told.map(nameOf) : Symbols.parse(JSON.parse(asked))
  const found = names.map((name) => told.find((one) => nameOf(one) === name))
  if (found.includes(undefined)) {
    return { status: 400, value: { code: -1121, msg: 'Invalid symbol.' } }
  }
  return { status: 200, value: found.flatMap((one) => (one === undefined ? [] : [ticker(one)])) }
}

const symbolInfo = (told: Told) => ({
  symbol: nameOf(told),
  status: 'TRADING',
  baseAsset: told.base,
  baseAssetPrecision: 8,
  quoteAsset: told.quote,
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  baseCommissionPrecision: 8,
  quoteCommissionPrecision: 8,
  orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
  icebergAllowed: true,
  ocoAllowed: true,
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: true,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.00000100', maxPrice: '1000000', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000', stepSize: '0.00001' },
  ],
  permissions: [],
  permissionSets: [['SPOT', 'MARGIN']],
})

const ticker = (told: Told) => ({
  symbol: nameOf(told),
  priceChange: '1.00000000',
  priceChangePercent: '0.020',
  weightedAvgPrice: told.last,
  prevClosePrice: told.last,
  lastPrice: told.last,
  lastQty: '0.00100000',
  bidPrice: told.bid,
  bidQty: '4.10000000',
  askPrice: told.ask,
  askQty: '3.20000000',
  openPrice: told.last,
  highPrice: told.ask,
  lowPrice: told.bid,
  volume: '8913.30000000',
  quoteVolume: '15.30000000',
  openTime: told.at - DAY_MS,
  closeTime: told.at,
  firstId: 28_385,
  lastId: 28_460,
  count: 76,
})
