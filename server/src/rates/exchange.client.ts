import type { Exchange } from 'ccxt'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { parseRate } from '../money/rate.ts'
import type { Clock, Instant } from '../shell/clock.ts'
import type { Config } from '../shell/config.ts'
import type { Outbound, OutboundRequest } from '../shell/outbound/outbound.client.ts'
import type { OutboundRules } from '../shell/outbound/outbound-url.ts'
import type { MarketPrice } from './market-price.ts'
import type { ReadMarkets } from './kept-source.ts'
import { chooseMarkets, priceIn, type ExchangeMarket } from './ticker.ts'

/** An exchange whose tickers are public, by the name that ccxt has for it. */
export type ExchangeName = Config['rateSources'][number]

/** The way to exchanges. */
export type ExchangeLine = Readonly<{
  outbound: Pick<Outbound, 'send'>
  rules: OutboundRules
  /** Where a URL of an exchange leads instead: to a stand-in of it. */
  reroute?: (url: string) => string
}>

/** For one answer, after which an exchange counts as silent whoever waits. */
const TIMEOUT_MS = 10_000

/** The list of all markets of the largest exchange has some 20 MB. */
const ANSWER_BYTES_MAX = 48_000_000

/** New markets are looked for so often. */
const MARKETS_MS = 6 * 60 * 60_000

const Text = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === undefined || !isPrice(text) ? undefined : text))

const TickerAnswer = z.object({
  timestamp: z.number().nullish(),
  bid: Text,
  ask: Text,
  last: Text,
})

/**
 * Reads the public tickers of one exchange through ccxt, which knows how each of them writes; every
 * request leaves by the guarded client. Nothing is loaded before the first question.
 */
export function exchangeReader(
  name: ExchangeName,
  line: ExchangeLine,
  currencies: readonly string[],
): ReadMarkets {
  let opened: Opened | undefined
  return async ({ clock }) => {
    if (opened === undefined || clock.now() - opened.at >= MARKETS_MS) {
      // Another one each time: ccxt keeps what it was told first, failures and nonsense too.
      opened = await open(name, line, clock)
    }
    const chosen = chooseMarkets(opened.markets, currencies)
    const symbols = [...new Set(chosen.map((one) => one.symbol))]
    const askedAt = clock.now()
    const { exchange } = opened
    let tickers: Readonly<Record<string, unknown>>
    try {
      tickers = await exchange.fetchTickers(symbols)
    } catch (error) {
      // A market that is listed no more fails all of them: the next question lists them anew.
      opened = undefined
      throw error
    }
    return chosen.flatMap((market): readonly MarketPrice[] => {
      const answer = TickerAnswer.safeParse(tickers[market.symbol])
      const price = answer.success ? priceIn(answer.data, market) : undefined
      if (!answer.success || price === undefined) return []
      const { currency, pricedIn } = market
      // Where an exchange does not say of when its ticker is, it is as old as the question.
      const observedAt = answer.data.timestamp ?? askedAt
      return [{ source: name, currency, pricedIn, price, observedAt }]
    })
  }
}

/** An exchange whose markets are known, and since when. */
type Opened = Readonly<{ exchange: Exchange; markets: readonly ExchangeMarket[]; at: Instant }>

async function open(
  name: ExchangeName,
  line: ExchangeLine,
  clock: Pick<Clock, 'now'>,
): Promise<Opened> {
  const exchange = await makeExchange(name, line)
  const loaded = await exchange.loadMarkets()
  const markets = Object.values(loaded).flatMap((market): readonly ExchangeMarket[] => {
    if (market?.spot !== true || market.active === false) return []
    const { symbol, base, quote } = market
    return [{ symbol, base, quote }]
  })
  if (markets.length === 0) throw new Error(`${name} shows no markets`)
  return { exchange, markets, at: clock.now() }
}

async function makeExchange(name: ExchangeName, line: ExchangeLine): Promise<Exchange> {
  const { default: ccxt } = await import('ccxt')
  const exchange = new ccxt[name]({
    // Prices stay the texts that they came as.
    number: String,
    enableRateLimit: false,
    timeout: 3 * TIMEOUT_MS,
    userAgent: 'Coffer',
    fetchImplementation: guardedFetch(name, line),
    ...(name === 'binance' ? { options: { fetchMarkets: { types: ['spot'] } } } : {}),
  })
  // What a currency can be deposited with is not needed, and most exchanges tell it to customers.
  exchange.has['fetchCurrencies'] = false
  return exchange
}

/** What ccxt calls in the place of `fetch`. */
const guardedFetch =
  (name: ExchangeName, { outbound, rules, reroute = (url) => url }: ExchangeLine) =>
  async (url: string, { headers }: Readonly<{ headers: object }>): Promise<Response> => {
    const request: OutboundRequest = {
      url: reroute(url),
      rules,
      method: 'GET',
      headers: textsOf(headers),
      body: '',
      timeoutMs: TIMEOUT_MS,
      answerBytesMax: ANSWER_BYTES_MAX,
    }
    const outcome = await outbound.send(request)
    if (outcome.kind === 'failed') {
      throw new Error(`${name} did not answer (${outcome.failure})`)
    }
    return new Response(outcome.head === '' ? null : outcome.head, { status: outcome.status })
  }

const textsOf = (headers: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([header, value]) =>
      typeof value === 'string' ? [[header, value]] : [],
    ),
  )

function isPrice(text: string): boolean {
  try {
    parseRate(text)
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}
