import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assetId, chainId } from '../money/caip.ts'
import { units } from '../money/units.ts'
import { COST_PARTS, planOf } from './plan.ts'

const facts = {
  chain: chainId('eip155:56'),
  asset: assetId('eip155:56/slip44:714'),
  treasury: { path: 'm', address: '0x0' },
}
const amount = fc.bigInt(0n, 10n ** 30n).map(units)
const holding = fc.record({
  address: fc.string(),
  path: fc.constant('m/0'),
  ownerId: fc.constant('pay_1'),
  units: amount,
  depositIds: fc.constant(['dep_1']),
})

/** Planted faults: the threshold is the cost itself; shares are rounded down. */
test('nothing is moved that does not bring ten times what moving it costs', () => {
  fc.assert(
    fc.property(fc.array(holding), amount, fc.option(amount), (holdings, fee, inAsset) => {
      const feeInAsset = inAsset ?? undefined
      const plan = planOf({ ...facts, holdings, fee, feeMax: fee, setupFee: undefined, feeInAsset })
      assert.equal(plan.legs.length, holdings.length)
      const chosen = plan.legs.filter((leg) => leg.isWorthwhile)
      assert.equal(
        plan.total,
        chosen.reduce((sum, leg) => sum + leg.units, 0n),
      )
      if (feeInAsset === undefined) return assert.equal(chosen.length, 0)
      const count = BigInt(holdings.length)
      for (const leg of plan.legs) {
        const brings = leg.units * count >= feeInAsset * COST_PARTS
        if (leg.isWorthwhile) assert.ok(brings)
        assert.ok(leg.cost * count >= fee)
      }
    }),
  )
})
