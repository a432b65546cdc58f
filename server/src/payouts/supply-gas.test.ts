import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentWorld } from '../../test/payment-world.ts'
import {
  askSupply,
  bnb,
  dollars,
  FEE_MAX,
  fundTreasury,
  problemOf,
  USDT,
  usdt,
  waitsFor,
} from '../../test/supply-world.ts'
import { lookAtTanks } from '../../test/sweep-world.ts'
import { units } from '../money/units.ts'
import { ensureSupply } from './supply.action.ts'

/** Planted fault: what the faucet gives is the merchant's. */
test('a token can be paid out of a fresh sandbox, and its fee comes from the faucet', async () => {
  await using world = await paymentWorld()
  await fundTreasury(world, USDT, '100')
  assert.equal(waitsFor(await askSupply(world, '100')), 'nothing')
  assert.equal(waitsFor(await askSupply(world, '100')), 'nothing')
  await world.mine(USDT, 15)
  const held = await world.holdings()
  assert.equal(held['capital BNB'], 10n ** 18n)
  assert.equal(held['merchant.available BNB'], undefined)
})

/** Planted faults: blocks are mined for it that nobody wanted; coins on their way do not count. */
test('while nobody mines, the coins of the faucet are waited for and not sent again', async () => {
  await using world = await paymentWorld()
  await fundTreasury(world, USDT, '100')
  await world.node(USDT).behave({ autoMine: false })
  for (let asked = 0; asked < 3; asked += 1) {
    const supply = await askSupply(world, '100')
    assert.equal(waitsFor(supply), 'gas')
    assert.match(problemOf(supply), /on its way .* waits for a block/)
  }
  await world.mine(USDT, 15)
  assert.equal(waitsFor(await askSupply(world, '100')), 'nothing')
  assert.equal((await world.holdings())['capital BNB'], 10n ** 18n)
})

/** Planted fault: nobody is told that the tank is low. */
test('without a faucet the missing coin is named, and its owner is told once', async () => {
  await using world = await paymentWorld()
  await fundTreasury(world, USDT, '100')
  await fundTreasury(world, 'BNB', '0.000000000000004')
  const ctx = { ...world.ctx, faucet: { fill: () => Promise.resolve('none' as const) } }
  const need = { asset: usdt.id, units: dollars('100'), feeMax: units(10_000n) }
  await world.node(USDT).behave({ fee: units(9_000n) })
  for (let asked = 0; asked < 2; asked += 1) {
    const supply = await ensureSupply(ctx, world.book, need)
    assert.equal(waitsFor(supply), 'gas')
    assert.match(
      problemOf(supply),
      /^0\.000000000000006 BNB for the fee is missing: send it to your treasury 0x\w{40} on BNB Chain\./,
    )
    await lookAtTanks(world)
  }
  const told = (await world.events()).map((one) => one.type).filter((type) => /gas/.test(type))
  assert.deepEqual(told, ['treasury.gas_low'])
  // The limit may be higher than what the chain wants now.
  await world.node(USDT).behave({ fee: units(3_000n) })
  assert.equal(waitsFor(await ensureSupply(ctx, world.book, need)), 'nothing')
})

/** Planted fault: the amount and the fee are each looked at by themselves. */
test('a payout of the coin itself needs the fee besides', async () => {
  await using world = await paymentWorld()
  await fundTreasury(world, 'BNB', '1')
  const whole = 10n ** 18n
  const ctx = { ...world.ctx, faucet: { fill: () => Promise.resolve('none' as const) } }
  const of = (amount: bigint) =>
    ensureSupply(ctx, world.book, { asset: bnb.id, units: units(amount), feeMax: FEE_MAX })
  assert.equal(waitsFor(await of(whole - FEE_MAX)), 'nothing')
  assert.equal(waitsFor(await of(whole)), 'gas')
  assert.equal(waitsFor(await of(whole + 1n)), 'coins')
})
