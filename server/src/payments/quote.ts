import type { Rate } from '../money/rate.ts'
import { divide, mulDiv } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'

/** How much of a price may be missing: the larger of a part of it and a number of units. */
export type Tolerance = Readonly<{
  /** Parts in a million of the amount due: 10 000 is one percent. */
  partsPerMillion: number
  absolute: Units
}>

/** Nothing may be missing. */
export const NO_TOLERANCE: Tolerance = { partsPerMillion: 0, absolute: units(0n) }

/** A price in the currency it was asked in. */
export type Price = Readonly<{ units: Units; decimals: number }>

/** What a currency and an asset are worth, both in US dollars; both 1 when they are the same. */
export type Worth = Readonly<{ currency: Rate; asset: Rate }>

/**
 * The price in an asset's units: a fraction of a unit is rounded up, against the payer, so that
 * the merchant never gets less than was asked.
 *
 * @param decimals digits after the point that the asset has
 */
export function dueUnits(price: Price, worth: Worth, decimals: number): Units {
  const numerator = worth.currency.mantissa * 10n ** BigInt(decimals + worth.asset.scale)
  const denominator = worth.asset.mantissa * 10n ** BigInt(price.decimals + worth.currency.scale)
  return units(mulDiv(price.units, { numerator, denominator }, 'up'))
}

/** What may be missing of `due` (> 0), in units; never all of it. */
export function toleratedUnits(due: Units, tolerance: Tolerance): Units {
  const relative = divide(due * BigInt(tolerance.partsPerMillion), 1_000_000n, 'down').quotient
  const wished = relative > tolerance.absolute ? relative : tolerance.absolute
  return units(wished < due ? wished : due - 1n)
}
