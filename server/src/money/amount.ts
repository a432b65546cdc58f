import { AppError } from '../errors/app-error.ts'
import { DIGITS_MAX, formatDecimal, parseDecimal, type Decimal } from './decimal.ts'
import { units, type Units } from './units.ts'

/** Most base units that are counted: 78 digits, what NUMERIC(78,0) and 256 bits hold. */
export const UNITS_MAX: Units = units(10n ** BigInt(DIGITS_MAX) - 1n)

/** Most decimals that an asset may have. */
export const DECIMALS_MAX = 30

/**
 * Reads a decimal text into base units, exactly: `parseUnits('0.00000001', 8) === 1n`. It never
 * rounds; zeros after the last decimal say nothing and are read over, so `100.50000000` suits a
 * currency of two decimals.
 *
 * @param text     as `parseDecimal` reads it: `12.5`, `1e-8`
 * @param decimals digits after the point that the asset has (BTC 8, USDC 6), 0–30
 * @throws money.amount_invalid, money.amount_out_of_range, money.amount_too_precise
 */
export function parseUnits(text: string, decimals: number): Units {
  return unitsOfDecimal(parseDecimal(text), decimals)
}

/**
 * The base units of an exact decimal.
 *
 * @param decimals digits after the point that the asset has, 0–30
 * @throws money.amount_too_precise, money.amount_out_of_range
 */
export function unitsOfDecimal(decimal: Decimal, decimals: number): Units {
  assertDecimals(decimals)
  if (decimal.scale > decimals) {
    throw new AppError('money.amount_too_precise', { text: formatDecimal(decimal), decimals })
  }
  const value = decimal.mantissa * 10n ** BigInt(decimals - decimal.scale)
  if (value > UNITS_MAX) {
    const text = formatDecimal(decimal)
    throw new AppError('money.amount_out_of_range', { text, digitsMax: DIGITS_MAX })
  }
  return units(value)
}

/**
 * The shortest exact text of base units: `formatUnits(units(25050n), 2) === '250.5'`.
 *
 * @param value    may be negative where a difference is shown
 * @param decimals digits after the point that the asset has, 0–30
 */
export function formatUnits(value: Units, decimals: number): string {
  assertDecimals(decimals)
  return formatDecimal({ mantissa: value, scale: decimals })
}

/**
 * Base units with exactly `decimals` digits after the point, as bank statements show them:
 * `formatUnitsFixed(units(25050n), 2) === '250.50'`.
 */
export function formatUnitsFixed(value: Units, decimals: number): string {
  assertDecimals(decimals)
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return `${sign}${digits.slice(0, point)}${decimals === 0 ? '' : `.${digits.slice(point)}`}`
}

function assertDecimals(decimals: number): void {
  const fits = Number.isInteger(decimals) && decimals >= 0 && decimals <= DECIMALS_MAX
  if (!fits) throw new RangeError(`decimals ${decimals} is not a whole number from 0 to 30`)
}
