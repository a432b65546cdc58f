import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allocate, divide, mulDiv, type RoundingMode } from './rounding.ts'

const modes: readonly RoundingMode[] = ['down', 'up', 'floor', 'ceil', 'half_up', 'half_even']
const anyMode = fc.constantFrom(...modes)
// Small values meet exact results and middles often, large ones leave what a double can hold.
const anyValue = fc.oneof(
  fc.bigInt({ min: -60n, max: 60n }),
  fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }),
)
const anyDivisor = anyValue.filter((value) => value !== 0n)

/**
 * The definition, written without division: a result is right when it is one of the two
 * neighbours of the exact value, the one that the mode asks for.
 * Faults seen to fail it: `half_up` with `>`, `half_even` looking at the outer neighbour, `floor`
 * and `ceil` exchanged, the step's sign taken from the numerator alone.
 */
test('every mode goes to the neighbour that its definition names', () => {
  fc.assert(
    fc.property(anyValue, anyDivisor, anyMode, (numerator, denominator, mode) => {
      const { quotient } = divide(numerator, denominator, mode)
      assert.ok(isRounded(quotient, { numerator, denominator, mode }), `${quotient}`)
    }),
    { numRuns: 2_000 },
  )
})

test('quotient and remainder together are the whole again', () => {
  fc.assert(
    fc.property(anyValue, anyDivisor, anyMode, (numerator, denominator, mode) => {
      const { quotient, remainder } = divide(numerator, denominator, mode)
      assert.equal(quotient * denominator + remainder, numerator)
      assert.ok(absolute(remainder) < absolute(denominator))
    }),
  )
})

test('a multiplied fraction is rounded once, at its end', () => {
  fc.assert(
    fc.property(anyValue, anyValue, anyDivisor, (value, numerator, denominator) => {
      for (const mode of modes) {
        const quotient = mulDiv(value, { numerator, denominator }, mode)
        assert.ok(isRounded(quotient, { numerator: value * numerator, denominator, mode }))
      }
    }),
  )
})

const middles = [
  // mode, 5/2, -5/2, 7/2, -7/2
  ['down', 2n, -2n, 3n, -3n],
  ['up', 3n, -3n, 4n, -4n],
  ['floor', 2n, -3n, 3n, -4n],
  ['ceil', 3n, -2n, 4n, -3n],
  ['half_up', 3n, -3n, 4n, -4n],
  ['half_even', 2n, -2n, 4n, -4n],
] as const

for (const [mode, ...expected] of middles) {
  test(`2.5, -2.5, 3.5 and -3.5 are rounded ${mode} to ${expected.join(', ')}`, () => {
    const halves = [5n, -5n, 7n, -7n]
    assert.deepEqual(
      halves.map((half) => divide(half, 2n, mode).quotient),
      expected,
    )
    assert.deepEqual(
      halves.map((half) => divide(-half, -2n, mode).quotient),
      expected,
    )
  })
}

test('dividing by zero is a bug', () => {
  assert.throws(() => divide(1n, 0n, 'down'), RangeError)
})

const anyWeight = fc.bigInt({ min: 0n, max: 10n ** 12n })
const anyWeights = fc
  .array(fc.oneof(fc.bigInt({ min: 0n, max: 9n }), anyWeight), { minLength: 1, maxLength: 5 })
  .filter((weights) => weights.some((weight) => weight > 0n))
const anyTotal = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))

/** Faults seen to fail it: the leftover given to the first, one unit of it dropped. */
test('shares of a total add up to it, and each is within a unit of its exact share', () => {
  fc.assert(
    fc.property(anyTotal, anyWeights, (total, weights) => {
      const shares = allocate(total, weights)
      const sum = sumOf(weights)
      assert.equal(sumOf(shares), total)
      for (const [index, weight] of weights.entries()) {
        const off = (shares[index] ?? 0n) * sum - total * weight
        assert.ok(absolute(off) < sum, 'within one unit')
        assert.ok(weight > 0n || shares[index] === 0n, 'no weight, no share')
      }
    }),
  )
})

test('who has more weight never gets the smaller share', () => {
  fc.assert(
    fc.property(anyTotal, anyWeights, (total, weights) => {
      const pairs = allocate(total, weights).map((share, index) => [weights[index] ?? 0n, share])
      for (const [weight = 0n, share = 0n] of pairs) {
        for (const [other = 0n, otherShare = 0n] of pairs) {
          assert.ok(weight <= other || share >= otherShare)
        }
      }
    }),
  )
})

test('equal weights get the leftover units in their order', () => {
  assert.deepEqual(allocate(10n, [1n, 1n, 1n]), [4n, 3n, 3n])
  assert.deepEqual(allocate(11n, [1n, 1n, 1n]), [4n, 4n, 3n])
  assert.deepEqual(allocate(1n, [1n, 2n]), [0n, 1n])
  assert.deepEqual(allocate(5n, [1n]), [5n])
  assert.deepEqual(allocate(5n, [0n, 1n]), [0n, 5n])
})

test('shares of nothing, or by no weight at all, are a bug', () => {
  assert.throws(() => allocate(1n, []), RangeError)
  assert.throws(() => allocate(1n, [0n, 0n]), RangeError)
  assert.throws(() => allocate(1n, [2n, -1n]), RangeError)
  assert.throws(() => allocate(-1n, [1n]), RangeError)
  assert.deepEqual(allocate(0n, [1n, 2n]), [0n, 0n])
})

type Asked = Readonly<{ numerator: bigint; denominator: bigint; mode: RoundingMode }>

function isRounded(quotient: bigint, { numerator, denominator, mode }: Asked): boolean {
  // With a positive denominator, `quotient * below` compares like the quotient itself.
  const below = absolute(denominator)
  const above = denominator < 0n ? -numerator : numerator
  const off = quotient * below - above // > 0: the result is more than the exact value
  if (off === 0n) return true
  if (absolute(off) >= below) return false
  const outwards = off > 0n === above > 0n
  const twice = absolute(off) * 2n
  switch (mode) {
    case 'down':
      return !outwards
    case 'up':
      return outwards
    case 'floor':
      return off < 0n
    case 'ceil':
      return off > 0n
    case 'half_up':
      return twice < below || (twice === below && outwards)
    case 'half_even':
      return twice < below || (twice === below && quotient % 2n === 0n)
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value)
const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)
