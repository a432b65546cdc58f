import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { parseUnits, UNITS_MAX } from './amount.ts'
import {
  applyRate,
  compareRates,
  divideRates,
  formatRate,
  invertRate,
  medianRate,
  multiplyRates,
  parseRate,
  roundRate,
  type Rate,
} from './rate.ts'
import { units } from './units.ts'

const anyRate: fc.Arbitrary<Rate> = fc
  .record({
    mantissa: fc.oneof(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: 10n ** 25n })),
    scale: fc.integer({ min: 0, max: 20 }),
  })
  .map(({ mantissa, scale }) => parseRate(`${mantissa}e-${scale}`))

test('a rate is read and written exactly', () => {
  fc.assert(fc.property(anyRate, (rate) => assert.deepEqual(parseRate(formatRate(rate)), rate)))
  assert.deepEqual(parseRate('65000.50'), { mantissa: 650_005n, scale: 1 })
})

for (const text of ['0', '0.00', '-1', '', 'NaN', '1e400', '1e-400', '∞']) {
  test(`"${text}" is refused as a rate`, () => {
    assert.throws(
      () => parseRate(text),
      (error) => isError(error, 'money.rate_invalid'),
    )
  })
}

test('a product of rates is exact', () => {
  fc.assert(
    fc.property(anyRate, anyRate, (a, b) => {
      const product = multiplyRates(a, b)
      assert.equal(
        product.mantissa * 10n ** BigInt(a.scale + b.scale),
        a.mantissa * b.mantissa * 10n ** BigInt(product.scale),
      )
      assert.deepEqual(product, parseRate(formatRate(product)))
    }),
  )
})

/** Faults seen to fail it: one significant digit too few, the mode ignored. */
test('a quotient of rates is off by less than one of its last significant digits', () => {
  fc.assert(
    fc.property(anyRate, anyRate, fc.integer({ min: 1, max: 30 }), (a, b, digits) => {
      const low = divideRates(a, b, { digits, mode: 'down' })
      const high = divideRates(a, b, { digits, mode: 'up' })
      assert.ok(compareRates(multiplyRates(low, b), a) <= 0)
      assert.ok(compareRates(multiplyRates(high, b), a) >= 0)
      assert.ok(significantDigits(low) <= digits && significantDigits(high) <= digits)
      // The two neighbours differ by at most one in the last of `digits` digits.
      const gap =
        high.mantissa * 10n ** BigInt(low.scale) - low.mantissa * 10n ** BigInt(high.scale)
      const size = low.mantissa * 10n ** BigInt(high.scale)
      assert.ok(gap * 10n ** BigInt(digits - 1) <= size)
    }),
    { numRuns: 500 },
  )
})

test('an inverse says the same from the other side', () => {
  const rounding = { digits: 12, mode: 'half_even' } as const
  assert.equal(formatRate(invertRate(parseRate('65000.5'), rounding)), '0.0000153844970423')
  assert.equal(formatRate(invertRate(parseRate('0.25'), rounding)), '4')
  assert.equal(formatRate(invertRate(parseRate('3'), { digits: 3, mode: 'up' })), '0.334')
  assert.equal(formatRate(invertRate(parseRate('1e-30'), rounding)), `1${'0'.repeat(30)}`)
})

test('a rate is cut to significant digits on either side of the point', () => {
  assert.equal(formatRate(roundRate(parseRate('123456'), { digits: 3, mode: 'down' })), '123000')
  assert.equal(formatRate(roundRate(parseRate('99.96'), { digits: 3, mode: 'half_up' })), '100')
  assert.equal(
    formatRate(roundRate(parseRate('0.0012345'), { digits: 4, mode: 'half_even' })),
    '0.001234',
  )
})

test('a quotient too small to be counted is refused and never zero', () => {
  const least = parseRate('1e-78')
  assert.deepEqual(roundRate(least, { digits: 1, mode: 'down' }), least)
  const small = () => divideRates(least, parseRate('1e70'), { digits: 20, mode: 'half_even' })
  assert.throws(small, (error) => isError(error, 'money.rate_invalid'))
})

const anyRates = fc.tuple(anyRate, fc.array(anyRate, { maxLength: 6 }))

/** Fault seen to fail it: sorting as text. */
test('the median has as many rates above it as below, and lies between the middle ones', () => {
  fc.assert(
    fc.property(anyRates, ([first, others]) => {
      const rates = [first, ...others] as const
      const median = medianRate(rates)
      const below = rates.filter((rate) => compareRates(rate, median) < 0).length
      const above = rates.filter((rate) => compareRates(rate, median) > 0).length
      assert.ok(below <= rates.length / 2 && above <= rates.length / 2)
      if (rates.length % 2 === 1) assert.ok(rates.some((rate) => compareRates(rate, median) === 0))
    }),
    { numRuns: 500 },
  )
})

test('the median does not depend on the order of the rates', () => {
  fc.assert(
    fc.property(anyRates, ([first, others]) => {
      const [last = first, ...rest] = [first, ...others].reverse()
      assert.deepEqual(medianRate([last, ...rest]), medianRate([first, ...others]))
    }),
  )
})

/** Fault seen to fail it: the upper of the two alone. */
test('between two middle rates the median is their exact mean', () => {
  const rates = ['9', '10', '10.01', '100'].map(parseRate)
  const [first = parseRate('1'), ...others] = rates
  assert.equal(formatRate(medianRate([first, ...others])), '10.005')
})

/** Faults seen to fail it: decimals of the two sides exchanged, the mode ignored. */
test('converted units are the exact worth, rounded as named', () => {
  const anyDecimals = fc.integer({ min: 0, max: 18 })
  const anyUnits = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(units)
  fc.assert(
    fc.property(anyUnits, anyRate, anyDecimals, anyDecimals, (value, rate, from, to) => {
      const at = { fromDecimals: from, toDecimals: to }
      const low = applyRate(value, rate, { ...at, mode: 'floor' })
      const high = applyRate(value, rate, { ...at, mode: 'ceil' })
      // exact = value × rate × 10^to / 10^from, compared without dividing
      const numerator = value * rate.mantissa * 10n ** BigInt(to)
      const denominator = 10n ** BigInt(rate.scale + from)
      assert.ok(low * denominator <= numerator && numerator < (low + 1n) * denominator)
      assert.ok(high * denominator >= numerator && numerator > (high - 1n) * denominator)
    }),
  )
})

test('half a bitcoin at 65000.50 is 32500.25 dollars', () => {
  const value = parseUnits('0.5', 8)
  const at = { fromDecimals: 8, toDecimals: 2, mode: 'down' } as const
  assert.equal(applyRate(value, parseRate('65000.50'), at), parseUnits('32500.25', 2))
})

test('a worth beyond what the ledger can hold is refused', () => {
  const at = { fromDecimals: 0, toDecimals: 18, mode: 'down' } as const
  const beyond = (error: unknown) => isError(error, 'money.amount_out_of_range')
  assert.throws(() => applyRate(units(10n ** 70n), parseRate('1'), at), beyond)
  const same = { fromDecimals: 0, toDecimals: 0, mode: 'down' } as const
  for (const most of [UNITS_MAX, units(-UNITS_MAX)]) {
    assert.equal(applyRate(most, parseRate('1'), same), most)
    assert.throws(() => applyRate(most, parseRate('1.1'), same), beyond)
  }
})

const significantDigits = (rate: Rate): number => rate.mantissa.toString().replace(/0+$/, '').length
