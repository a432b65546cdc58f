import { AppError, isError } from '../errors/app-error.ts'
import { UNITS_MAX } from './amount.ts'
import {
  compareDecimals,
  DIGITS_MAX,
  formatDecimal,
  normalizeDecimal,
  parseDecimal,
  type Decimal,
} from './decimal.ts'
import { divide, mulDiv, type RoundingMode } from './rounding.ts'
import { units, type Units } from './units.ts'

/**
 * How much of one currency a whole unit of another is worth, exactly: an above-zero decimal
 * `mantissa / 10 ** scale` in its one form. 65000.5 USD a BTC is `{ mantissa: 650005n, scale: 1 }`.
 */
export type Rate = Decimal

/** How a result that may have no end is cut: to so many significant digits, in a named way. */
export type RateRounding = Readonly<{ digits: number; mode: RoundingMode }>

/** The rate between a thing and itself. */
export const RATE_ONE: Rate = { mantissa: 1n, scale: 0 }

/**
 * Reads a rate from its decimal text, exactly.
 *
 * @throws money.rate_invalid — not a decimal, zero, or beyond 78 digits on a side of the point
 */
export function parseRate(text: string): Rate {
  try {
    const decimal = parseDecimal(text)
    if (decimal.mantissa > 0n) return decimal
  } catch (error) {
    const known =
      isError(error, 'money.amount_invalid') || isError(error, 'money.amount_out_of_range')
    if (!known) throw error
    throw new AppError('money.rate_invalid', { text }, { cause: error })
  }
  throw new AppError('money.rate_invalid', { text })
}

/** The shortest exact text of a rate: `65000.5`. */
export const formatRate = (rate: Rate): string => formatDecimal(rate)

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export const compareRates = (a: Rate, b: Rate): number => compareDecimals(a, b)

/** `a * b`, exactly. */
export function multiplyRates(a: Rate, b: Rate): Rate {
  return normalizeDecimal({ mantissa: a.mantissa * b.mantissa, scale: a.scale + b.scale })
}

/** `a / b`, cut to `rounding.digits` significant digits. */
export function divideRates(a: Rate, b: Rate, rounding: RateRounding): Rate {
  return cut(a.mantissa * 10n ** BigInt(b.scale), b.mantissa * 10n ** BigInt(a.scale), rounding)
}

/** `1 / rate`: from "USD a BTC" to "BTC a USD". */
export const invertRate = (rate: Rate, rounding: RateRounding): Rate =>
  divideRates(RATE_ONE, rate, rounding)

/** The rate cut to so many significant digits. */
export const roundRate = (rate: Rate, rounding: RateRounding): Rate =>
  divideRates(rate, RATE_ONE, rounding)

/**
 * The middle one of the rates; between two middle ones their exact mean.
 *
 * @param rates at least one
 */
export function medianRate(rates: readonly [Rate, ...Rate[]]): Rate {
  const sorted = [...rates].sort(compareRates)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? rates[0]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? rates[0]
  return meanRate(lower, upper)
}

/** What is converted: the decimals of both sides and what happens to a fraction of a unit. */
export type Conversion = Readonly<{
  fromDecimals: number
  toDecimals: number
  mode: RoundingMode
}>

/** What `applyRate` says, however large: for amounts that are shown and never booked. */
export function worthAt(value: bigint, rate: Rate, conversion: Conversion): bigint {
  const numerator = rate.mantissa * 10n ** BigInt(conversion.toDecimals)
  const denominator = 10n ** BigInt(rate.scale + conversion.fromDecimals)
  return mulDiv(value, { numerator, denominator }, conversion.mode)
}

/**
 * The units of the other currency that `value` is worth at `rate` (other units a whole one of
 * ours): 0.5 BTC at 65000.5 is 32500.25 USD.
 *
 * @throws money.amount_out_of_range
 */
export function applyRate(value: Units, rate: Rate, conversion: Conversion): Units {
  const result = worthAt(value, rate, conversion)
  if (result > UNITS_MAX || result < -UNITS_MAX) {
    const text = formatDecimal({ mantissa: result, scale: conversion.toDecimals })
    throw new AppError('money.amount_out_of_range', { text, digitsMax: DIGITS_MAX })
  }
  return units(result)
}

function meanRate(a: Rate, b: Rate): Rate {
  const scale = Math.max(a.scale, b.scale)
  const sum =
    a.mantissa * 10n ** BigInt(scale - a.scale) + b.mantissa * 10n ** BigInt(scale - b.scale)
  return normalizeDecimal({ mantissa: sum * 5n, scale: scale + 1 })
}

function cut(numerator: bigint, denominator: bigint, { digits, mode }: RateRounding): Rate {
  const scale = digits - integerDigits(numerator, denominator)
  const { quotient } =
    scale >= 0
      ? divide(numerator * 10n ** BigInt(scale), denominator, mode)
      : divide(numerator, denominator * 10n ** BigInt(-scale), mode)
  const mantissa = scale >= 0 ? quotient : quotient * 10n ** BigInt(-scale)
  const rate = normalizeDecimal({ mantissa, scale: Math.max(0, scale) })
  if (rate.mantissa <= 0n || rate.scale > DIGITS_MAX) {
    throw new AppError('money.rate_invalid', { text: `${numerator}/${denominator}` })
  }
  return rate
}

// How many digits the quotient has before the point; 0 for 0.5, -1 for 0.05.
function integerDigits(numerator: bigint, denominator: bigint): number {
  const guess = numerator.toString().length - denominator.toString().length
  const reached =
    guess >= 0
      ? numerator >= denominator * 10n ** BigInt(guess)
      : numerator * 10n ** BigInt(-guess) >= denominator
  return reached ? guess + 1 : guess
}
