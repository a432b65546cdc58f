import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { units } from '../money/units.ts'
import { feeOf, leastAmount, PARTS_PER_MILLION_MAX } from './fee-quote.ts'

const amount = fc.oneof(fc.bigInt(0n, 2_000_000n), fc.bigInt(0n, 10n ** 30n)).map(units)
const terms = fc.record({
  networkFeeInAsset: amount,
  service: fc.record({
    fixed: amount,
    partsPerMillion: fc.integer({ min: 0, max: PARTS_PER_MILLION_MAX }),
  }),
})

/** Faults seen to fail it: the part rounded down, the network's fee left out of the total. */
test('a fee is never less than its parts, and its part of the amount never a unit short', () => {
  fc.assert(
    fc.property(terms, amount, (quote, paid) => {
      const { network, service, total } = feeOf(quote, paid)
      assert.equal(network, quote.networkFeeInAsset)
      assert.equal(total, network + service)
      const part = (service - quote.service.fixed) * 1_000_000n
      const exact = paid * BigInt(quote.service.partsPerMillion)
      assert.ok(part >= exact && part - exact < 1_000_000n)
    }),
  )
})

/**
 * Faults seen to fail it: the least amount rounded down, the service's part left out, the book's
 * own minimum left out.
 */
test('of the least amount enough arrives, and of one unit less too little', () => {
  fc.assert(
    fc.property(terms, amount, amount, (quote, some, minimum) => {
      const arrives = units(some + 1n)
      const least = leastAmount({ ...quote, arrives, amount: minimum })
      const isEnough = (value: bigint): boolean =>
        value >= minimum && value - feeOf(quote, units(value)).total >= arrives
      assert.ok(isEnough(least))
      assert.ok(!isEnough(least - 1n))
    }),
  )
})
