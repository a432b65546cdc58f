import type { AssetId, Units } from '../money/units.ts'
import { account } from './chart.ts'
import type { AccountSpec, Entry, Transfer } from './transfer.ts'

// What conversions do to the books, by name: pure functions from facts to an entry.

/** A conversion as it is booked. All units are 0 or more, `given` and `received` above. */
export type ConversionFacts = Readonly<{
  conversionId: string
  from: AssetId
  to: AssetId
  /** What the organization gives, in units of `from`. */
  given: Units
  /** What it gets, in units of `to`. */
  received: Units
  /** What was kept of what it would get at the bare rate, in units of `to`. */
  spread: Units
  /** Whole units of `to` that roundings have left over with this conversion. */
  rounding: Units
  /** Exact texts: units of `to` are worth `given` at this rate, and this much of them is `left`. */
  rate: string
  spreadPpm: number
  left: string
}>

/**
 * An asset is exchanged for another: two balanced pairs through the liquidity of either, and what
 * is kept, each a transfer of its own.
 */
export function converted(facts: ConversionFacts): Entry {
  const { from, to, given, received, spread, rounding } = facts
  const liquidity = account('liquidity', to)
  return {
    operation: 'converted',
    externalId: `conversion:${facts.conversionId}`,
    facts: {
      object: facts.conversionId,
      rate: facts.rate,
      spreadPpm: facts.spreadPpm,
      left: facts.left,
    },
    transfers: [
      ...move(account('merchant.available', from), account('liquidity', from), given),
      ...move(liquidity, account('merchant.available', to), received),
      ...move(liquidity, account('conversions.spread', to), spread),
      ...move(liquidity, account('rounding', to), rounding),
    ],
  }
}

/** Where coins for conversions come from, and where they go to. */
const ways = {
  in: ['merchant.available', 'liquidity'],
  out: ['liquidity', 'merchant.available'],
  earnings: ['conversions.spread', 'merchant.available'],
} as const

/** Coins that an organization sets aside for conversions, takes back, or has earned by them. */
export type LiquidityFacts = Readonly<{
  moveId: string
  asset: AssetId
  units: Units
  direction: keyof typeof ways
}>

/**
 * Coins go from what the organization may spend to its liquidity, or back, or to it from what
 * conversions have earned.
 */
export function liquidityMoved({ moveId, asset, units, direction }: LiquidityFacts): Entry {
  const [from, to] = ways[direction]
  return {
    operation: 'liquidityMoved',
    externalId: `liquidity:${moveId}`,
    facts: { object: moveId, direction },
    transfers: move(account(from, asset), account(to, asset), units),
  }
}

const move = (debit: AccountSpec, credit: AccountSpec, amount: Units): Transfer[] =>
  amount === 0n ? [] : [{ debit, credit, asset: debit.asset, units: amount }]
