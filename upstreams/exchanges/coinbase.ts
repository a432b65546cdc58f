import type { Answered, Asked } from '../http-server.ts'
import { toldBy, type ExchangeState, type Told } from './exchange-state.ts'

const idOf = ({ base, quote }: Told): string => `${base}-${quote}`

/**
 * Coinbase's public list of products: the last price of each, without a time, and no bids.
 *
 * @see https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products,
 *   read 2026-11-20
 */
export function coinbase(state: ExchangeState, { path, query }: Asked): Answered | undefined {
  if (state.mood === 'busy') {
    return { status: 429, value: { error: 'RATE_LIMIT_EXCEEDED', message: 'Too many requests' } }
  }
  if (path !== '/api/v3/brokerage/market/products') return undefined
  const asked = query.getAll('product_ids')
  const told = query.get('product_type') === 'FUTURE' ? [] : toldBy(state)
  const shown = told.filter((one) => asked.length === 0 || asked.includes(idOf(one)))
  return { status: 200, value: { products: shown.map(product), num_products: shown.length } }
}

const product = (told: Told) => ({
  product_id: idOf(told),
  price: told.last,
  price_percentage_change_24h: '0.0200',
  volume_24h: '8713.2',
  volume_percentage_change_24h: '3.1',
  base_increment: '0.00000001',
  quote_increment: '0.01',
  quote_min_size: '1',
  quote_max_size: '150000000',
  base_min_size: '0.00000001',
  base_max_size: '3400',
  base_name: told.base,
  quote_name: told.quote,
  watched: false,
  is_disabled: false,
  new: false,
  status: 'online',
  cancel_only: false,
  limit_only: false,
  post_only: false,
  trading_disabled: false,
  auction_mode: false,
  product_type: 'SPOT',
  quote_currency_id: told.quote,
  base_currency_id: told.base,
  mid_market_price: '',
  alias: '',
  alias_to: [],
  base_display_symbol: told.base,
  quote_display_symbol: told.quote,
  view_only: false,
  price_increment: '0.01',
  display_name: idOf(told),
  product_venue: 'CBE',
})
