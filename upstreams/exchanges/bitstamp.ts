import type { Answered, Asked } from '../http-server.ts'
import { toldBy, type ExchangeState, type Told } from './exchange-state.ts'

const SECOND_MS = 1_000

/**
 * Bitstamp's public `markets` and `ticker`: all tickers at once, each with its time in seconds.
 *
 * @see https://www.bitstamp.net/api/#tag/Tickers, read 2026-11-20
 */
export function bitstamp(state: ExchangeState, { path }: Asked): Answered | undefined {
  if (state.mood === 'busy') {
    const reason = 'Request rate limit exceeded.'
    return { status: 429, value: { status: 'error', reason, code: '400.002' } }
  }
  const told = toldBy(state)
  if (path === '/api/v2/markets/') return { status: 200, value: told.map(market) }
  if (path === '/api/v2/ticker/') return { status: 200, value: told.map(ticker) }
  return undefined
}

const market = ({ symbol, base, quote }: Told) => ({
  name: symbol,
  market_symbol: `${base}${quote}`.toLowerCase(),
  base_currency: base,
  base_decimals: 8,
  counter_currency: quote,
  counter_decimals: 0,
  minimum_order_value: '10',
  trading: 'Enabled',
  instant_order_counter_decimals: 2,
  instant_and_market_orders: 'Enabled',
  description: symbol,
  market_type: 'SPOT',
})

const ticker = ({ symbol, bid, ask, last, at }: Told) => ({
  timestamp: String(Math.floor(at / SECOND_MS)),
  open: last,
  high: ask,
  low: bid,
  last,
  volume: '2811.32',
  vwap: last,
  bid,
  ask,
  side: '0',
  open_24: last,
  percent_change_24: '0.02',
  market_type: 'SPOT',
  pair: symbol,
})
