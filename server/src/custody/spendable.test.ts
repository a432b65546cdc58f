import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAsset } from '../money/alias.ts'
import { units, type AssetId } from '../money/units.ts'
import { takenBy } from './spendable.ts'

const token = resolveAsset({ currency: 'USDT_BSC' }).id
const native = resolveAsset({ currency: 'BNB' }).id
const treasury = { path: 'm/1', address: '0xtreasury' }
const wallet = { path: 'm/2', address: '0xwallet' }
const pay = (asset: AssetId, amount: bigint) => ({ to: '0xpayee', asset, units: units(amount) })
const limits = { speed: 'normal', feeMax: units(7n) } as const

const taken = (request: Parameters<typeof takenBy>[0]) =>
  [token, native].map((asset) => takenBy(request, { address: treasury.address, asset, native }))

/** Planted faults: the fee is taken of every sender; what is put in place counts as paid. */
test('a transaction takes what it pays from its sender, and its fee from whoever pays that', () => {
  const { address } = treasury
  const payments = [pay(token, 5n), pay(token, 6n)] as const
  assert.deepEqual(taken({ from: [treasury], payments, ...limits }), [11n, 7n])
  assert.deepEqual(taken({ from: [treasury], payments: [pay(native, 5n)], ...limits }), [0n, 12n])
  const gather = { to: address, asset: token, units: units(100n) }
  const sweep = { from: [wallet], payments: [gather], everything: true, ...limits } as const
  assert.deepEqual(taken({ ...sweep, feePayer: treasury }), [0n, 7n])
  assert.deepEqual(taken(sweep), [0n, 0n])
  const setup = { to: address, asset: native, units: units(1n) }
  assert.deepEqual(taken({ from: [treasury], payments: [setup], setup: true, ...limits }), [0n, 7n])
})
