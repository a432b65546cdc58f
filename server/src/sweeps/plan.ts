import type { OwnKey } from '../chains/contract-sending.ts'
import type { Holding } from '../custody/holding.ts'
import { divide } from '../money/rounding.ts'
import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'

/** One address that a sweep would empty, with what that costs and brings. */
export type Leg = Holding &
  Readonly<{
    /** Its part of the fee, in the chain's coin. */
    cost: Units
    /** The same in the swept asset, rounded up; absent without a price. */
    breakEven: Units | undefined
    /** Less than this is left where it is; absent without a price. */
    minEconomic: Units | undefined
    isWorthwhile: boolean
  }>

/** What a sweep would do, before anything is spent. */
export type SweepPlan = Readonly<{
  chain: ChainId
  asset: AssetId
  treasury: OwnKey
  legs: readonly Leg[]
  /** What the legs that are worth it bring together. */
  total: Units
  /** What they cost together, in the chain's coin, with what comes first. */
  fee: Units
  /** What has to be put in place on the chain first costs, once; absent: it is there. */
  setupFee: Units | undefined
  /** Coins that the one address has to be given first, to pay with; absent: none. */
  gas: Units | undefined
  /** The limit that emptying all of the addresses has to be signed with now. */
  feeMax: Units
}>

/** The most that a sweep may cost of what it brings: one part in so many. */
export const COST_PARTS = 10n

/** What planning is made from. */
export type PlanFacts = Readonly<{
  chain: ChainId
  asset: AssetId
  treasury: OwnKey
  holdings: readonly Holding[]
  /** What emptying all of the holdings costs, in the chain's coin; ≥ 0. */
  fee: Units
  /** What it may cost at most, as the chain takes it: much more, where bytes say less. */
  feeMax: Units
  /** What putting in place costs that sweeps need once; absent where it is there. */
  setupFee: Units | undefined
  /** Coins that the one address has to be given first, to pay with. */
  gas?: Units | undefined
  /** What that fee is worth in the swept asset, rounded up; absent without a price. */
  feeInAsset: Units | undefined
}>

/**
 * Splits the fee over the addresses and leaves out those that hold less than `COST_PARTS` times
 * what emptying them costs. Nothing moves that has no price: nobody could say whether it is worth
 * it.
 */
export function planOf(facts: PlanFacts): SweepPlan {
  const { chain, asset, treasury, holdings, fee, feeMax, setupFee, gas, feeInAsset } = facts
  const count = BigInt(holdings.length)
  const share = (of: Units): Units => units(divide(of, count, 'up').quotient)
  const breakEven = feeInAsset === undefined || count === 0n ? undefined : share(feeInAsset)
  const minEconomic = breakEven === undefined ? undefined : units(breakEven * COST_PARTS)
  const legs = holdings.map((holding) => ({
    ...holding,
    cost: share(fee),
    breakEven,
    minEconomic,
    isWorthwhile: minEconomic !== undefined && holding.units >= minEconomic,
  }))
  const chosen = legs.filter((leg) => leg.isWorthwhile)
  const sum = (read: (leg: Leg) => Units): Units =>
    units(chosen.reduce((total, leg) => total + read(leg), 0n))
  return {
    ...{ chain, asset, treasury, legs },
    total: sum((leg) => leg.units),
    fee: units(sum((leg) => leg.cost) + (setupFee ?? 0n)),
    ...{ feeMax, setupFee, gas },
  }
}
