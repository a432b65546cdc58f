import { AppError } from '../errors/app-error.ts'

/**
 * An exact decimal number, `mantissa / 10 ** scale`. The one form of its value: a mantissa above
 * zero scale never ends in 0, so equal values are equal objects.
 */
export type Decimal = Readonly<{ mantissa: bigint; scale: number }>

/** Digits that are counted on each side of the point, as many as NUMERIC(78,0) holds. */
export const DIGITS_MAX = 78

const TEXT_MAX = 200
const FORM = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * Reads the text of a decimal number exactly: `12.5`, `0.00000001`, and the exponent forms that
 * JSON writers produce, `1e-8`.
 *
 * @param text no sign before the number, no separators, at most 200 characters
 * @throws money.amount_invalid, money.amount_out_of_range
 */
export function parseDecimal(text: string): Decimal {
  if (text.length > TEXT_MAX) throw new AppError('money.amount_out_of_range', outOfRange(text))
  const [form, whole = '', fraction = '', exponent = '0'] = FORM.exec(text) ?? []
  if (form === undefined) throw new AppError('money.amount_invalid', { text, problem: wrong(text) })
  const digits = stripLeadingZeros(whole + fraction)
  const significant = stripTrailingZeros(digits)
  const scale =
    fraction.length - Number.parseInt(exponent, 10) - (digits.length - significant.length)
  if (significant === '') return { mantissa: 0n, scale: 0 }
  if (scale > DIGITS_MAX || significant.length - scale > DIGITS_MAX) {
    throw new AppError('money.amount_out_of_range', outOfRange(text))
  }
  if (scale >= 0) return { mantissa: BigInt(significant), scale }
  return { mantissa: BigInt(significant + '0'.repeat(-scale)), scale: 0 }
}

/** The shortest exact text of a decimal: `250.5`, `0.00000001`, `-3`; never an exponent. */
export function formatDecimal({ mantissa, scale }: Decimal): string {
  const sign = mantissa < 0n ? '-' : ''
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const fraction = stripTrailingZeros(digits.slice(point))
  return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`
}

/** The one form of a value: trailing zeros after the point are taken off. */
export function normalizeDecimal({ mantissa, scale }: Decimal): Decimal {
  if (scale === 0) return { mantissa, scale }
  if (mantissa === 0n) return { mantissa: 0n, scale: 0 }
  const digits = mantissa.toString()
  const zeros = Math.min(scale, digits.length - stripTrailingZeros(digits).length)
  return { mantissa: mantissa / 10n ** BigInt(zeros), scale: scale - zeros }
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale)
  const left = a.mantissa * 10n ** BigInt(scale - a.scale)
  const right = b.mantissa * 10n ** BigInt(scale - b.scale)
  return left < right ? -1 : left > right ? 1 : 0
}

const outOfRange = (text: string) => ({ text, digitsMax: DIGITS_MAX })

function wrong(text: string): string {
  if (text.trim() === '') return 'it is empty'
  if (text.startsWith('-')) return 'it is negative'
  if (text.includes(',')) return 'use a point for decimals and no separators'
  return 'write it as a plain decimal number such as 12.5'
}

function stripLeadingZeros(digits: string): string {
  let start = 0
  while (digits[start] === '0') start += 1
  return digits.slice(start)
}

function stripTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}
