import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assets, knownAsset } from '../money/registry.ts'
import { units, type AssetId } from '../money/units.ts'
import { batchSnapshot, batchStatus, plainSum, type BatchSum } from './batch.ts'
import type { PayoutStatus } from './payout.ts'

const STATES: readonly PayoutStatus[] = [
  'pending_verification',
  'processing',
  'completed',
  'failed',
  'canceled',
]

const anySum: fc.Arbitrary<BatchSum> = fc
  .record({
    status: fc.constantFrom(...STATES),
    asset: fc.constantFrom(...assets.map((one) => one.id)),
    count: fc.integer({ min: 1, max: 10_000 }),
    fee: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    net: fc.bigInt({ min: 1n, max: 10n ** 30n }),
  })
  .map(({ status, asset, count, fee, net }) => ({
    ...{ status, asset, count },
    units: units(fee + net),
    feeUnits: units(fee),
    netUnits: units(net),
  }))

const batch = {
  batchId: 'batch_1',
  reference: undefined,
  externalId: undefined,
  initiator: 'key_1',
  createdAt: 0,
}

/** Decimal text as a count of 10^-30. */
const fine = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(30, '0'))
}

const fineUnits = (asset: AssetId, value: bigint): bigint =>
  value * 10n ** BigInt(30 - knownAsset(asset).decimals)

/** Planted fault: amounts of assets of different decimals added as units. */
test('the totals of a batch are the sums of its payouts, exactly, whatever the decimals', () => {
  fc.assert(
    fc.property(fc.array(anySum, { minLength: 1, maxLength: 20 }), (sums) => {
      const told = batchSnapshot(batch, sums)
      const whole = sums.reduce((sum, one) => sum + fineUnits(one.asset, one.units), 0n)
      assert.equal(fine(plainSum(sums)), whole)
      assert.equal(fine(told.total_amount.text), whole)
      const parts = told.totals.reduce((sum, one) => sum + fine(one.amount.text), 0n)
      assert.equal(parts, whole)
      for (const one of told.totals) {
        const { amount, estimated_fee: fee, net_amount: net } = one
        assert.equal(fine(fee.text) + fine(net.text), fine(amount.text))
      }
      const count = sums.reduce((sum, one) => sum + one.count, 0)
      assert.equal(told.total_payouts, count)
      const byStatus = Object.values(told.payouts_by_status)
      assert.equal(
        byStatus.reduce((sum, one) => sum + one, 0),
        count,
      )
    }),
  )
})

test('a batch is as far as the payout of it that is least far', () => {
  const cases: readonly (readonly [readonly PayoutStatus[], string])[] = [
    [['completed', 'pending_verification', 'processing'], 'pending_verification'],
    [['completed', 'failed', 'processing'], 'processing'],
    [['completed', 'completed'], 'completed'],
    [['completed', 'failed', 'canceled'], 'partially_completed'],
    [['failed', 'canceled'], 'failed'],
    [['canceled'], 'canceled'],
  ]
  for (const [states, told] of cases) assert.equal(batchStatus(states), told)
})
