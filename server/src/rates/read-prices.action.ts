import { bookNow, type Book } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import {
  readAcceptedPrices,
  writeAcceptedPrices,
  type AcceptedPrice,
} from './accepted-price.store.ts'
import { inDollars, type MarketPrice } from './market-price.ts'
import { decidePrice, type PriceDecision, type PricePolicy } from './price.ts'
import type { PriceQuestion, RateCtx, RateSource } from './rate-source.ts'

/** Where the prices of an environment come from, and what they must satisfy. */
export type Market = Readonly<{ sources: readonly RateSource[]; policy: PricePolicy }>

const SOURCE_MS_MAX = 3_000
// A measure is renewed this often within its window even when the price stands still.
const RENEWALS_PER_WINDOW = 4

/**
 * The price of each currency asked for, or why it has none; a new price becomes the measure of
 * the next one before it is given out.
 *
 * @returns a decision for every currency of the question
 */
export async function readPrices(
  ctx: RateCtx,
  question: PriceQuestion,
  { sources, policy }: Market,
): Promise<ReadonlyMap<string, PriceDecision>> {
  const { book, currencies } = question
  const [answers, last] = await Promise.all([
    Promise.all(sources.map((source) => observe(ctx, source, question))),
    policy.jump === undefined ? [] : readAcceptedPrices(ctx.db, book.bookId, currencies),
  ])
  const now = bookNow(ctx.clock, book)
  const byCurrency = Map.groupBy(inDollars(answers.flat(), { now, policy }), (one) => one.currency)
  const measures = new Map(last.map((one) => [one.currency, one]))
  const decisions = new Map(
    currencies.map((currency) => {
      const observations = byCurrency.get(currency) ?? []
      const facts = { currency, observations, last: measures.get(currency), now }
      return [currency, decidePrice(facts, policy)] as const
    }),
  )
  await keepMeasures(ctx, book, { decisions, measures, policy })
  return decisions
}

type Outcome = Readonly<{
  decisions: ReadonlyMap<string, PriceDecision>
  measures: ReadonlyMap<string, AcceptedPrice>
  policy: PricePolicy
}>

async function keepMeasures(
  ctx: RateCtx,
  book: Book,
  { decisions, measures, policy: { jump } }: Outcome,
): Promise<void> {
  if (jump === undefined) return
  const accepted = [...decisions.values()].flatMap((one) =>
    one.kind === 'accepted' ? [one.price] : [],
  )
  const renewMs = jump.windowMs / RENEWALS_PER_WINDOW
  const renewed = accepted.filter(({ currency, usd, at }) => {
    const known = measures.get(currency)
    const isSame = known?.usd.mantissa === usd.mantissa && known.usd.scale === usd.scale
    return known === undefined || !isSame || at - known.at >= renewMs
  })
  if (renewed.length === 0) return
  await inDbTx(ctx, (dbTx) => writeAcceptedPrices(dbTx, book.bookId, renewed))
}

/** What a source says in time; silence when it fails, which is logged. */
async function observe(
  ctx: RateCtx,
  source: RateSource,
  question: PriceQuestion,
): Promise<readonly MarketPrice[]> {
  const answered = new AbortController()
  const timeout = ctx.clock.sleep(SOURCE_MS_MAX, answered.signal).then(() => 'timeout' as const)
  try {
    const answer = await Promise.race([source.observe(ctx, question), timeout])
    if (answer !== 'timeout') return answer
    ctx.log.warn({ source: source.name }, 'a rate source did not answer in time')
  } catch (error) {
    ctx.log.warn({ source: source.name, error }, 'a rate source failed')
  } finally {
    answered.abort()
  }
  return []
}
