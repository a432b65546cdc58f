import { serve, type Answered, type Asked, type Listening } from '../http-server.ts'
import { binance } from './binance.ts'
import { bitstamp } from './bitstamp.ts'
import { coinbase } from './coinbase.ts'
import type { ExchangeState } from './exchange-state.ts'
import { kraken } from './kraken.ts'

/** What each exchange answers to public requests; absent: there is no such path. */
const exchanges = { kraken, coinbase, bitstamp, binance } as const

/** The public tickers of an exchange, which tests can have lie, lag, hang or be down. */
export type ExchangeStandIn = Listening &
  Readonly<{
    state: ExchangeState
    /** Paths that were asked for, in order. */
    asked: readonly string[]
  }>

/** Starts a stand-in of an exchange on a free port; that it is faithful, ccxt itself judges. */
export async function startExchange(
  name: keyof typeof exchanges,
  { prices, now }: Pick<ExchangeState, 'prices' | 'now'>,
): Promise<ExchangeStandIn> {
  const state: ExchangeState = { prices, now, lie: '1', ageMs: 0, mood: 'well' }
  const paths: string[] = []
  const listening = await serve((asked) => {
    paths.push(asked.path)
    return answer(exchanges[name], state, asked)
  })
  return { ...listening, state, asked: paths }
}

function answer(
  exchange: (typeof exchanges)[keyof typeof exchanges],
  state: ExchangeState,
  asked: Asked,
): Answered | Promise<Answered> {
  if (state.mood === 'hanging') return new Promise(() => undefined)
  if (state.mood === 'nonsense') return { status: 200, value: '<html>Just a moment …</html>' }
  if (state.mood === 'down') return { status: 503, value: { message: 'Service Unavailable' } }
  return exchange(state, asked) ?? { status: 404, value: { message: 'Not Found' } }
}
