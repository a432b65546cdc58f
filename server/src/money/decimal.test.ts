import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import {
  compareDecimals,
  DIGITS_MAX,
  formatDecimal,
  normalizeDecimal,
  parseDecimal,
} from './decimal.ts'

const anyDigits = fc.stringMatching(/^\d{1,40}$/)
const anyScale = fc.integer({ min: 0, max: 30 })

/** One value in many writings: zeros before and after, and the point moved by an exponent. */
const anyWriting = fc.record({
  digits: anyDigits,
  scale: anyScale,
  zerosBefore: fc.integer({ min: 0, max: 5 }),
  zerosAfter: fc.integer({ min: 0, max: 5 }),
  shift: fc.option(fc.integer({ min: -20, max: 20 })),
  letter: fc.constantFrom('e', 'E', 'e+', 'E+'),
})

/** Faults seen to fail it: the exponent's sign turned, trailing zeros kept, a digit dropped. */
test('every writing of a number is read as the same decimal', () => {
  fc.assert(
    fc.property(anyWriting, (writing) => {
      const { mantissa, scale } = parseDecimal(write(writing))
      assert.equal(
        mantissa * 10n ** BigInt(writing.scale),
        BigInt(writing.digits) * 10n ** BigInt(scale),
      )
      assert.ok(scale === 0 || mantissa % 10n !== 0n, 'has its one form')
    }),
  )
})

test('a decimal survives being written and read again', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 60n }), anyScale, (mantissa, scale) => {
      const decimal = normalizeDecimal({ mantissa, scale })
      assert.deepEqual(parseDecimal(formatDecimal(decimal)), decimal)
      assert.deepEqual(parseDecimal(formatDecimal({ mantissa, scale })), decimal)
    }),
  )
})

test('every finite double that JSON can carry is read as exactly its shortest text', () => {
  const anyDouble = fc.double({ min: 1e-60, max: 1e60, noNaN: true })
  fc.assert(
    fc.property(anyDouble, (double) => {
      const text = formatDecimal(parseDecimal(JSON.stringify(double)))
      assert.equal(Number.parseFloat(text), double)
    }),
  )
})

test('zero has one form, however it is written', () => {
  for (const text of ['0', '0.000', '000', '0e5', '0.0e-7']) {
    assert.deepEqual(parseDecimal(text), { mantissa: 0n, scale: 0 })
  }
  assert.deepEqual(normalizeDecimal({ mantissa: 0n, scale: 5 }), { mantissa: 0n, scale: 0 })
})

test('a negative difference is written with its sign', () => {
  assert.equal(formatDecimal({ mantissa: -5n, scale: 2 }), '-0.05')
  assert.equal(formatDecimal({ mantissa: -500n, scale: 2 }), '-5')
  assert.equal(formatDecimal({ mantissa: 0n, scale: 2 }), '0')
})

test('comparing decimals agrees with comparing the fractions', () => {
  const anyDecimal = fc.record({ mantissa: fc.bigInt({ min: 0n, max: 999n }), scale: anyScale })
  fc.assert(
    fc.property(anyDecimal, anyDecimal, (a, b) => {
      const left = a.mantissa * 10n ** BigInt(b.scale)
      const right = b.mantissa * 10n ** BigInt(a.scale)
      assert.equal(compareDecimals(a, b), left < right ? -1 : left > right ? 1 : 0)
    }),
  )
})

const notDecimals = [
  ['', /empty/],
  ['  ', /empty/],
  ['-1', /negative/],
  ['-0', /negative/],
  ['1,000.5', /separators/],
  ...['+1', 'NaN', 'Infinity', '0x10', '.5', '5.', '1e', 'e5', '1.2.3', ' 1', '1 ', '1\n'].map(
    (text) => [text, /plain decimal/] as const,
  ),
  ...['1_000', '١٢', '1e5.5', '1e++5', 'null', '1e12345'].map(
    (text) => [text, /plain decimal/] as const,
  ),
] as const

for (const [text, sentence] of notDecimals) {
  test(`${JSON.stringify(text)} is refused as an amount, with the reason`, () => {
    assert.throws(
      () => parseDecimal(text),
      (error) => isError(error, 'money.amount_invalid') && sentence.test(error.message),
    )
  })
}

test('78 digits on each side of the point are counted, one more is refused', () => {
  const most = '9'.repeat(DIGITS_MAX)
  assert.equal(formatDecimal(parseDecimal(most)), most)
  assert.equal(formatDecimal(parseDecimal(`0.${most}`)), `0.${most}`)
  assert.equal(parseDecimal('1e77').mantissa, 10n ** 77n)
  assert.deepEqual(parseDecimal('1e-78'), { mantissa: 1n, scale: 78 })
  for (const text of [`1${most}`, `0.0${most}`, '1e78', '1e-79', '1e400', '1e9999', '1e-9999']) {
    assert.throws(
      () => parseDecimal(text),
      (error) => isError(error, 'money.amount_out_of_range'),
      text,
    )
  }
})

test('a text of megabytes is refused without being worked on, and its sentence stays short', () => {
  assert.throws(
    () => parseDecimal('1'.repeat(5_000_000)),
    (error) => isError(error, 'money.amount_out_of_range') && error.message.length < 300,
  )
})

function write(writing: {
  digits: string
  scale: number
  zerosBefore: number
  zerosAfter: number
  shift: number | null
  letter: string
}): string {
  // The point moves left by `shift` in the digits and the exponent moves it back.
  const shift = writing.shift ?? 0
  const places = Math.max(0, writing.scale + shift)
  const exponent = places - writing.scale
  const digits = writing.digits.padStart(places + 1, '0') + '0'.repeat(writing.zerosAfter)
  const point = digits.length - places - writing.zerosAfter
  const fraction = digits.slice(point)
  const whole = '0'.repeat(writing.zerosBefore) + digits.slice(0, point)
  const plain = fraction === '' ? whole : `${whole}.${fraction}`
  if (writing.shift === null) return plain
  return `${plain}${exponent < 0 ? writing.letter.charAt(0) : writing.letter}${exponent}`
}
