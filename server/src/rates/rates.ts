import { AppError } from '../errors/app-error.ts'
import { resolveCurrency } from '../money/currency.ts'
import { applyRate, divideRates, RATE_ONE, type Rate } from '../money/rate.ts'
import type { RoundingMode } from '../money/rounding.ts'
import type { Units } from '../money/units.ts'
import { bookNow, type Book, type Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { gather } from '../shell/gather.ts'
import type { Price, PriceDecision } from './price.ts'
import { sandboxMarkets } from './markets.ts'
import { priceSymbol } from './price-symbol.ts'
import type { PriceQuestion, RateCtx } from './rate-source.ts'
import { readPrices, type Market } from './read-prices.action.ts'

/** One side of a conversion: a currency as a request names it, and the decimals it is counted in. */
export type Side = Readonly<{ currency: string; decimals: number }>

/** What is to be converted: base units of `from`, rounded in `to` as named. */
export type ConversionRequest = Readonly<{
  units: Units
  from: Side
  to: Side
  mode: RoundingMode
}>

/** How much of `to` a whole unit of `from` is worth, cut to 24 significant digits. */
export type CrossRate = Readonly<{
  from: string
  to: string
  rate: Rate
  at: Instant
  /** What it was made from: the prices of both sides. */
  prices: Readonly<{ from: Price; to: Price }>
}>

/** The units of the other side, which are `request.units` at exactly `rate`. */
export type Converted = Readonly<{ units: Units; rate: Rate; at: Instant }>

/**
 * What things cost. Currencies are named as requests name them: ISO 4217 codes, symbols, asset
 * codes, CAIP-19 ids. Every verb reads the database: ask before a `dbTx` is opened, not inside.
 */
export type Rates = Readonly<{
  /**
   * The price of a whole unit in US dollars.
   *
   * @throws money.unknown_currency, rates.rate_unavailable
   */
  priceUsd: (book: Book, currency: string) => Promise<Price>
  /**
   * The prices of many at once, by the texts that were given; what has no price is left out.
   *
   * @throws money.unknown_currency
   */
  pricesUsd: (book: Book, currencies: readonly string[]) => Promise<ReadonlyMap<string, Price>>
  /** @throws money.unknown_currency, rates.rate_unavailable */
  crossRate: (book: Book, from: string, to: string) => Promise<CrossRate>
  /** @throws money.unknown_currency, money.amount_out_of_range, rates.rate_unavailable */
  convert: (book: Book, request: ConversionRequest) => Promise<Converted>
}>

/** The markets of both environments. */
export type Markets = Readonly<Record<Environment, Market>>

const BATCH_MAX = 500
/** A source that is slow for one batch must not hold up the next. */
const LANES = 4
const DOLLAR = 'USD'
const NO_SOURCE: PriceDecision = { kind: 'refused', reason: 'no_source' }
const CROSS_RATE = { digits: 24, mode: 'half_even' } as const

/** Makes the port through which every feature asks for rates. */
export function createRates(ctx: RateCtx, markets: Markets = sandboxMarkets): Rates {
  const read = gather((asked: readonly PriceQuestion[]) => readTogether(ctx, markets, asked), {
    batchMax: BATCH_MAX,
    lanes: LANES,
  })
  const decide = (book: Book, currencies: readonly string[]) =>
    decidePrices(ctx, { book, currencies }, read)
  const priceUsd: Rates['priceUsd'] = async (book, currency) =>
    acceptedOf(currency, (await decide(book, [currency])).get(currency))
  const crossRate: Rates['crossRate'] = async (book, from, to) => {
    const decisions = await decide(book, [from, to])
    return crossOf(acceptedOf(from, decisions.get(from)), acceptedOf(to, decisions.get(to)))
  }
  return {
    priceUsd,
    crossRate,
    pricesUsd: async (book, currencies) => {
      const decisions = [...(await decide(book, currencies))]
      return new Map(
        decisions.flatMap(([text, one]) => (one.kind === 'accepted' ? [[text, one.price]] : [])),
      )
    },
    convert: async (book, { units, from, to, mode }) => {
      const { rate, at } = await crossRate(book, from.currency, to.currency)
      const sides = { fromDecimals: from.decimals, toDecimals: to.decimals }
      return { units: applyRate(units, rate, { ...sides, mode }), rate, at }
    },
  }
}

type Decisions = ReadonlyMap<string, PriceDecision>

/** Answers questions that come at the same time; those of one book at one time as one question. */
async function readTogether(
  ctx: RateCtx,
  markets: Markets,
  asked: readonly PriceQuestion[],
): Promise<readonly Decisions[]> {
  const keyOf = ({ book }: PriceQuestion): string => `${book.bookId} ${book.clockOffsetMs}`
  const byBook = Map.groupBy(asked, keyOf)
  const decided = await Promise.all(
    [...byBook].map(async ([key, [first, ...others]]) => {
      if (first === undefined) throw new Error('a group has a first question')
      const { book } = first
      const currencies = new Set([first, ...others].flatMap((one) => one.currencies))
      const market = markets[book.environment]
      return [key, await readPrices(ctx, { book, currencies: [...currencies] }, market)] as const
    }),
  )
  const answers = new Map<string, Decisions>(decided)
  return asked.map((one) => answers.get(keyOf(one)) ?? new Map())
}

async function decidePrices(
  ctx: Pick<RateCtx, 'clock'>,
  { book, currencies }: PriceQuestion,
  read: (question: PriceQuestion) => Promise<Decisions>,
): Promise<Decisions> {
  const symbols = new Map(currencies.map((text) => [text, priceSymbol(resolveCurrency(text))]))
  const asked = [...new Set(symbols.values())].filter((symbol) => symbol !== DOLLAR)
  const decisions = await read({ book, currencies: asked })
  const now = bookNow(ctx.clock, book)
  return new Map(
    [...symbols].map(([text, symbol]) => {
      const decision = symbol === DOLLAR ? dollarAt(now) : decisions.get(symbol)
      return [text, decision ?? NO_SOURCE] as const
    }),
  )
}

// Prices are told in dollars, so the dollar needs no source.
const dollarAt = (now: Instant): PriceDecision => ({
  kind: 'accepted',
  price: { currency: DOLLAR, usd: RATE_ONE, at: now, sources: [] },
})

function acceptedOf(currency: string, decision: PriceDecision | undefined): Price {
  if (decision?.kind === 'accepted') return decision.price
  const reason = decision?.reason ?? 'no_source'
  throw new AppError('rates.rate_unavailable', { currency, reason })
}

const crossOf = (from: Price, to: Price): CrossRate => ({
  from: from.currency,
  to: to.currency,
  rate: divideRates(from.usd, to.usd, CROSS_RATE),
  at: Math.min(from.at, to.at),
  prices: { from, to },
})
