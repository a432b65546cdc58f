import { AppError } from '../errors/app-error.ts'
import { UNITS_MAX } from '../money/amount.ts'
import { DIGITS_MAX } from '../money/decimal.ts'
import { RATE_ONE, type Rate } from '../money/rate.ts'
import { mulDiv, type RoundingMode } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'

/** A side of an exchange: how many decimals it is counted in, and dollars a whole one. */
export type PricedSide = Readonly<{ decimals: number; usd: Rate }>

/** Dollars, counted in cents. */
export const cents: PricedSide = { decimals: 2, usd: RATE_ONE }

/**
 * What units of one side are worth in the other's, at the two prices: rounded once, at the end.
 *
 * @throws money.amount_out_of_range
 */
export function exchangeUnits(
  value: bigint,
  { from, to }: Readonly<{ from: PricedSide; to: PricedSide }>,
  mode: RoundingMode,
): Units {
  const numerator = from.usd.mantissa * 10n ** BigInt(to.decimals + to.usd.scale)
  const denominator = to.usd.mantissa * 10n ** BigInt(from.decimals + from.usd.scale)
  return bounded(mulDiv(value, { numerator, denominator }, mode))
}

/** Units, if there can be so many. @throws money.amount_out_of_range */
export function bounded(value: bigint): Units {
  if (value <= UNITS_MAX) return units(value)
  throw new AppError('money.amount_out_of_range', { text: `${value}`, digitsMax: DIGITS_MAX })
}
