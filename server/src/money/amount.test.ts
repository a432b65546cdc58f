import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { formatUnits, formatUnitsFixed, parseUnits, UNITS_MAX } from './amount.ts'
import { units } from './units.ts'

const anyUnits = fc.bigInt({ min: 0n, max: UNITS_MAX }).map(units)
const anyDecimals = fc.integer({ min: 0, max: 30 })

/** Fault seen to fail it: the fraction padded to one digit less. */
test('units written as text and read again are the same units', () => {
  fc.assert(
    fc.property(anyUnits, anyDecimals, (value, decimals) => {
      assert.equal(parseUnits(formatUnits(value, decimals), decimals), value)
      assert.equal(parseUnits(formatUnitsFixed(value, decimals), decimals), value)
    }),
  )
})

test('the text of units is the shortest, and the fixed text has every decimal', () => {
  fc.assert(
    fc.property(anyUnits, anyDecimals, (value, decimals) => {
      assert.doesNotMatch(formatUnits(value, decimals), /\.$|\.\d*0$|^0\d/)
      const [, fraction = ''] = formatUnitsFixed(value, decimals).split('.')
      assert.equal(fraction.length, decimals)
    }),
  )
})

const exact = [
  ['0.00000001', 8, 1n],
  ['1e-8', 8, 1n],
  ['250.50', 2, 25_050n],
  ['1000.00000000', 6, 1_000_000_000n],
  ['2.5E+3', 0, 2_500n],
  ['0', 18, 0n],
  ['007', 2, 700n],
  [
    '115792089237316195423570985008687907853269984665640564039457584007913129639935',
    0,
    2n ** 256n - 1n,
  ],
] as const

for (const [text, decimals, expected] of exact) {
  test(`"${text}" with ${decimals} decimals is ${expected} units`, () => {
    assert.equal(parseUnits(text, decimals), expected)
  })
}

test('base units are shown as people write them', () => {
  assert.equal(formatUnits(units(25_050n), 2), '250.5')
  assert.equal(formatUnits(units(1n), 18), '0.000000000000000001')
  assert.equal(formatUnits(units(7n), 0), '7')
  assert.equal(formatUnits(units(-150n), 2), '-1.5')
  assert.equal(formatUnitsFixed(units(100_000_000_000n), 8), '1000.00000000')
  assert.equal(formatUnitsFixed(units(-5n), 2), '-0.05')
  assert.equal(formatUnitsFixed(units(7n), 0), '7')
  assert.equal(formatUnitsFixed(units(0n), 2), '0.00')
})

/** Fault seen to fail it: `scale >= decimals`, and rounding instead of refusing. */
test('one decimal more than the asset has is refused and never rounded', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 29 }), (decimals) => {
      const tooPrecise = `1.${'0'.repeat(decimals)}1`
      assert.throws(
        () => parseUnits(tooPrecise, decimals),
        (error) =>
          isError(error, 'money.amount_too_precise') && error.context.decimals === decimals,
      )
      assert.equal(parseUnits(tooPrecise, decimals + 1), 10n ** BigInt(decimals + 1) + 1n)
    }),
  )
})

test('more base units than the ledger can hold are refused', () => {
  assert.equal(UNITS_MAX.toString(), '9'.repeat(78))
  assert.equal(parseUnits('9'.repeat(78), 0), UNITS_MAX)
  assert.equal(parseUnits('9'.repeat(60), 18), (10n ** 60n - 1n) * 10n ** 18n)
  assert.throws(
    () => parseUnits(`1${'0'.repeat(60)}`, 18),
    (error) => isError(error, 'money.amount_out_of_range'),
  )
})

test('decimals that no asset can have are a bug, not a refusal', () => {
  for (const decimals of [-1, 31, 1.5, Number.NaN]) {
    assert.throws(() => parseUnits('1', decimals), RangeError)
    assert.throws(() => formatUnits(units(1n), decimals), RangeError)
  }
})
