import {
  compareRates,
  medianRate,
  multiplyRates,
  parseRate,
  roundRate,
  type Rate,
  type RateRounding,
} from '../money/rate.ts'
import type { Instant } from '../shell/clock.ts'

/** What one source says that a whole unit of a currency costs in US dollars, and as of when. */
export type Observation = Readonly<{
  source: string
  currency: string
  usd: Rate
  observedAt: Instant
}>

/** A price that was accepted: US dollars for a whole unit of the currency. */
export type Price = Readonly<{
  currency: string
  usd: Rate
  /** When it was accepted, in the book's time. */
  at: Instant
  /** The sources that it rests on, by name. */
  sources: readonly string[]
}>

/** How far a price may move, up or down alike, within a time. */
export type JumpBand = Readonly<{
  /** The greatest factor between the two prices; `1.2` allows a fifth more, or a sixth less. */
  factorMax: Rate
  /** An accepted price older than this is no measure any more, in ms. */
  windowMs: number
}>

/** What a price must satisfy. */
export type PricePolicy = Readonly<{
  /** Fresh sources without which nothing is accepted, 1 or more. */
  sourcesMin: number
  /**
   * At least `sourcesMin` sources are within this factor of what is accepted: of two that differ by
   * half, nobody knows which is wrong. Absent: however far apart they are.
   */
  agreeWithin: Rate | undefined
  /** Oldest observation that counts, in ms. */
  ageMsMax: number
  /** How far a source's clock may be ahead of ours, in ms. */
  aheadMsMax: number
  /** Absent where prices are set by hand and any move is meant. */
  jump: JumpBand | undefined
}>

/** What is known when a price is asked for. */
export type PriceFacts = Readonly<{
  currency: string
  observations: readonly Observation[]
  /** The price that was accepted last, however long ago. */
  last: Readonly<{ usd: Rate; at: Instant }> | undefined
  now: Instant
}>

/** The reasons for which there is no price; the refusal's sentence explains each. */
export type NoPriceReason = 'no_source' | 'too_few_sources' | 'stale' | 'disagreed' | 'jumped'

/** A price, or why there is none. */
export type PriceDecision =
  | Readonly<{ kind: 'accepted'; price: Price }>
  | Readonly<{ kind: 'refused'; reason: NoPriceReason }>

const [PRICE_MIN, PRICE_MAX] = [parseRate('1e-18'), parseRate('1e18')]

/** Sources may tell, and means may have, more digits than a price is kept with. */
const PRICE_ROUNDING: RateRounding = { digits: 36, mode: 'half_even' }

/**
 * Whether a number of US dollars can be the price of anything. A factor of 10^18 either way leaves
 * every coin room, and keeps what is counted with prices within what can be counted.
 */
export const isPrice = (usd: Rate): boolean =>
  compareRates(usd, PRICE_MIN) >= 0 && compareRates(usd, PRICE_MAX) <= 0

/**
 * Live money: two sources of the last minute that agree within 5 %, and no leap beyond 20 % within
 * ten minutes.
 */
export const livePolicy: PricePolicy = {
  sourcesMin: 2,
  agreeWithin: parseRate('1.05'),
  ageMsMax: 60_000,
  aheadMsMax: 5_000,
  jump: { factorMax: parseRate('1.2'), windowMs: 600_000 },
}

/** The sandbox: its one source is its owner, who may mean any price. */
export const sandboxPolicy: PricePolicy = {
  sourcesMin: 1,
  agreeWithin: undefined,
  ageMsMax: 60_000,
  aheadMsMax: 5_000,
  jump: undefined,
}

/**
 * Accepts the median of the fresh observations, one a source, or says why there is no price. A
 * guess is never made: neither an old price nor the middle of a leap is a price.
 */
export function decidePrice(facts: PriceFacts, policy: PricePolicy): PriceDecision {
  const { currency, now } = facts
  const observations = facts.observations.filter((one) => isPrice(one.usd))
  if (observations.length === 0) return { kind: 'refused', reason: 'no_source' }
  const fresh = newestPerSource(observations.filter((one) => isFresh(one, now, policy)))
  const [first, ...others] = fresh
  if (first === undefined) return { kind: 'refused', reason: 'stale' }
  if (fresh.length < policy.sourcesMin) return { kind: 'refused', reason: 'too_few_sources' }
  const middle = medianRate([first.usd, ...others.map((one) => one.usd)])
  const usd = roundRate(middle, PRICE_ROUNDING)
  if (!isAgreed(usd, fresh, policy)) return { kind: 'refused', reason: 'disagreed' }
  if (isJump(usd, facts, policy.jump)) return { kind: 'refused', reason: 'jumped' }
  const sources = fresh.map((one) => one.source).sort()
  return { kind: 'accepted', price: { currency, usd, at: now, sources } }
}

function isFresh({ observedAt }: Observation, now: Instant, policy: PricePolicy): boolean {
  const ageMs = now - observedAt
  return ageMs <= policy.ageMsMax && ageMs >= -policy.aheadMsMax
}

// A source has one vote, its newest. Of two at the same instant the lower counts, so that the
// order in which they came decides nothing.
function newestPerSource(observations: readonly Observation[]): readonly Observation[] {
  const newest = new Map<string, Observation>()
  for (const one of observations) {
    const known = newest.get(one.source)
    if (known === undefined || isNewer(one, known)) newest.set(one.source, one)
  }
  return [...newest.values()]
}

const isNewer = (one: Observation, known: Observation): boolean =>
  one.observedAt === known.observedAt
    ? compareRates(one.usd, known.usd) < 0
    : one.observedAt > known.observedAt

function isAgreed(
  usd: Rate,
  fresh: readonly Observation[],
  { sourcesMin, agreeWithin }: PricePolicy,
): boolean {
  if (agreeWithin === undefined) return true
  return fresh.filter((one) => !isApart(one.usd, usd, agreeWithin)).length >= sourcesMin
}

function isJump(usd: Rate, { last, now }: PriceFacts, band: JumpBand | undefined): boolean {
  if (band === undefined || last === undefined || now - last.at > band.windowMs) return false
  return isApart(usd, last.usd, band.factorMax)
}

/** Whether two rates differ by more than a factor, whichever is the larger. */
const isApart = (a: Rate, b: Rate, factor: Rate): boolean =>
  compareRates(a, multiplyRates(b, factor)) > 0 || compareRates(multiplyRates(a, factor), b) < 0
