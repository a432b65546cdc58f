import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRate, RATE_ONE } from '../money/rate.ts'
import { units } from '../money/units.ts'
import { dueUnits, toleratedUnits } from './quote.ts'

const decimal = fc
  .tuple(fc.bigInt(1n, 10n ** 12n), fc.nat(10))
  .map(([mantissa, scale]) => parseRate(`${mantissa}e-${scale}`))

/** Seen to fail when the due amount was rounded down, and to the nearest. */
test('what is due is worth at least the price, and one unit less would be worth less', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 15n),
      fc.nat(8),
      decimal,
      decimal,
      fc.nat(18),
      (price, priceDecimals, currency, asset, decimals) => {
        const worth = { currency, asset }
        const due = dueUnits({ units: units(price), decimals: priceDecimals }, worth, decimals)
        // Both sides in US dollars, brought to one denominator.
        const asked = price * currency.mantissa * 10n ** BigInt(decimals + asset.scale)
        const of = (paid: bigint): bigint =>
          paid * asset.mantissa * 10n ** BigInt(priceDecimals + currency.scale)
        assert.ok(of(due) >= asked, 'the merchant gets what was asked')
        assert.ok(of(due - 1n) < asked, 'the payer is asked for no unit too many')
      },
    ),
  )
})

test('the same currency is due to the unit, a fraction of one rounded up', () => {
  const worth = { currency: RATE_ONE, asset: RATE_ONE }
  const price = { units: units(1_234_567n), decimals: 8 }
  assert.equal(dueUnits(price, worth, 8), 1_234_567n)
  assert.equal(dueUnits(price, worth, 6), 12_346n)
  assert.equal(dueUnits(price, worth, 18), 12_345_670_000_000_000n)
})

/** Seen to fail when the smaller of both was tolerated. */
test('the larger of both tolerances counts, rounded down, and never the whole price', () => {
  const tolerated = (due: bigint, partsPerMillion: number, absolute: bigint): bigint =>
    toleratedUnits(units(due), { partsPerMillion, absolute: units(absolute) })
  assert.equal(tolerated(1_000n, 10_000, 3n), 10n)
  assert.equal(tolerated(1_000n, 10_000, 11n), 11n)
  assert.equal(tolerated(199n, 10_000, 0n), 1n)
  assert.equal(tolerated(5n, 0, 100n), 4n)
  assert.equal(tolerated(1n, 1_000_000, 1n), 0n)
})
