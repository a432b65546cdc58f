import { multiplyRates, type Rate } from '../money/rate.ts'
import type { Instant } from '../shell/clock.ts'
import { decidePrice, type Observation, type PricePolicy } from './price.ts'

/** Tokens that are meant to be worth a dollar, in which exchanges tell prices; never taken for one. */
export const STABLES = ['USDC', 'USDT'] as const

/** What the price of a market is told in. */
export type PricedIn = 'USD' | (typeof STABLES)[number]

/** What one source says that a whole unit of a currency costs, as of when, and in what. */
export type MarketPrice = Readonly<{
  source: string
  currency: string
  pricedIn: PricedIn
  price: Rate
  observedAt: Instant
}>

/**
 * The prices in dollars. Those in a stable token are worth what that token itself is worth by the
 * markets in dollars; without a price of it that satisfies the policy they are left out.
 */
export function inDollars(
  prices: readonly MarketPrice[],
  { now, policy }: Readonly<{ now: Instant; policy: PricePolicy }>,
): readonly Observation[] {
  const direct = prices.filter((one) => one.pricedIn === 'USD').map(observationOf)
  const worth = new Map<PricedIn, Rate>()
  for (const stable of STABLES) {
    const observations = direct.filter((one) => one.currency === stable)
    const facts = { currency: stable, observations, last: undefined, now }
    const decision = decidePrice(facts, { ...policy, jump: undefined })
    if (decision.kind === 'accepted') worth.set(stable, decision.price.usd)
  }
  const converted = prices.flatMap((one) => {
    const usd = worth.get(one.pricedIn)
    return usd === undefined
      ? []
      : [observationOf({ ...one, price: multiplyRates(one.price, usd) })]
  })
  return [...direct, ...converted]
}

const observationOf = ({ source, currency, price, observedAt }: MarketPrice): Observation => ({
  source,
  currency,
  usd: price,
  observedAt,
})
