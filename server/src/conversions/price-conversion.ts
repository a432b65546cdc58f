import { AppError } from '../errors/app-error.ts'
import { UNITS_MAX } from '../money/amount.ts'
import { DIGITS_MAX, formatDecimal, normalizeDecimal, type Decimal } from '../money/decimal.ts'
import { divideRates, multiplyRates, type Rate } from '../money/rate.ts'
import type { Price } from '../rates/price.ts'
import { divide } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'

const MILLION = 1_000_000n

/** Most that a book may keep of a conversion, in parts per million: half of it. */
export const SPREAD_PPM_MAX = 500_000

/** So many that no amount there is shows where a rate was cut. */
const RATE_DIGITS = 36

/**
 * The rate between two prices. It is cut upwards: cut down, what 65000.5 dollars buy at a price of
 * 65000.5 would not be a whole one.
 *
 * @throws money.rate_invalid when it is beyond what a rate can be
 */
export const rateBetween = (prices: Readonly<{ from: Price; to: Price }>): Rate =>
  divideRates(prices.from.usd, prices.to.usd, { digits: RATE_DIGITS, mode: 'up' })

/** What is to be exchanged, and at what rate. */
export type Exchange = Readonly<{
  /** In units of the one side, 0 or more. */
  given: Units
  fromDecimals: number
  toDecimals: number
  /** Whole ones of the other side for a whole one of this side. */
  rate: Rate
  /** 0 to `SPREAD_PPM_MAX`. */
  spreadPpm: number
}>

/**
 * What an exchange comes to, in units of the other side: `received + spread + left` is exactly what
 * `given` is worth at the rate.
 */
export type Deal = Readonly<{
  received: Units
  spread: Units
  /** What rounding left of both: 0 or more, and less than 2. */
  left: Decimal
}>

/**
 * Splits the worth of what is given into what is received and what is kept. Each is rounded down,
 * so that nobody gets more than the rate says, however small the amounts are and however often
 * they go to and fro.
 *
 * @throws money.amount_out_of_range when the worth is beyond what is counted
 */
export function priceConversion(exchange: Exchange): Deal {
  const { given, fromDecimals, toDecimals, rate } = exchange
  const worth: Decimal = {
    mantissa: given * rate.mantissa * 10n ** BigInt(toDecimals),
    scale: rate.scale + fromDecimals,
  }
  if (worth.mantissa > UNITS_MAX * 10n ** BigInt(worth.scale)) {
    const text = formatDecimal({ ...worth, scale: worth.scale + toDecimals })
    throw new AppError('money.amount_out_of_range', { text, digitsMax: DIGITS_MAX })
  }
  const kept = BigInt(exchange.spreadPpm)
  const received = partOf(worth, MILLION - kept)
  const spread = partOf(worth, kept)
  const whole = (received + spread) * 10n ** BigInt(worth.scale)
  const left = normalizeDecimal({ mantissa: worth.mantissa - whole, scale: worth.scale })
  return { received: units(received), spread: units(spread), left }
}

/** What a whole one really brings, once the spread is kept: exactly. */
export const appliedRate = (rate: Rate, spreadPpm: number): Rate =>
  multiplyRates(rate, normalizeDecimal({ mantissa: MILLION - BigInt(spreadPpm), scale: 6 }))

const partOf = ({ mantissa, scale }: Decimal, ppm: bigint): bigint =>
  divide(mantissa * ppm, MILLION * 10n ** BigInt(scale), 'down').quotient
