import { startExchange, type ExchangeStandIn } from '../../upstreams/exchanges/stand-in.ts'
import type { ExchangeLine, ExchangeName } from '../src/rates/exchange.client.ts'
import { marketsFrom } from '../src/rates/markets.ts'
import { createRates, type Rates } from '../src/rates/rates.ts'
import type { Db } from '../src/shell/db.ts'
import { outboundRules, type OutboundRules } from '../src/shell/outbound/outbound-url.ts'
import { testOutbound } from './outbound.ts'
import { rateWorld, type RateWorld } from './rate-world.ts'

/** Live books whose rates come from stand-ins of exchanges, by the same ways as from real ones. */
export type ExchangeWorld = AsyncDisposable &
  RateWorld &
  Readonly<{ rates: Rates; of: (name: ExchangeName) => ExchangeStandIn }>

/** Prices by exchange and market. */
export type ExchangePrices = Readonly<Partial<Record<ExchangeName, Record<string, string>>>>

/** Where ccxt believes each of them to be. */
const HOSTS: Readonly<Record<string, ExchangeName>> = {
  'api.kraken.com': 'kraken',
  'api.coinbase.com': 'coinbase',
  'www.bitstamp.net': 'bitstamp',
  'api.binance.com': 'binance',
}

/** @param rules those of the sandbox, unless given: the stand-ins are on this machine */
export async function exchangeWorld(
  db: Db,
  prices: ExchangePrices,
  rules: OutboundRules = outboundRules('test'),
): Promise<ExchangeWorld> {
  const world = await rateWorld(db)
  const now = () => world.ctx.clock.now()
  const names = (['kraken', 'coinbase', 'bitstamp', 'binance'] as const).filter(
    (name) => prices[name] !== undefined,
  )
  const started = await Promise.all(
    names.map(async (name) => {
      const standIn = await startExchange(name, { prices: prices[name] ?? {}, now })
      return [name, standIn] as const
    }),
  )
  const standIns = new Map<ExchangeName, ExchangeStandIn>(started)
  const of = (name: ExchangeName): ExchangeStandIn => {
    const found = standIns.get(name)
    if (found === undefined) throw new Error(`${name} is not part of this world`)
    return found
  }
  const line: ExchangeLine = {
    outbound: testOutbound(world.ctx.clock),
    rules,
    reroute: (text) => {
      const { hostname, pathname, search } = new URL(text)
      const name = HOSTS[hostname]
      if (name === undefined) throw new Error(`nobody planned a request to ${hostname}`)
      return `${of(name).url}${pathname}${search}`
    },
  }
  return {
    ...world,
    of,
    rates: createRates(world.ctx, marketsFrom(names, line)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...standIns.values()].map((one) => one[Symbol.asyncDispose]()))
    },
  }
}
