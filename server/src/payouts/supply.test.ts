import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentWorld } from '../../test/payment-world.ts'
import {
  askSupply,
  dollars,
  fundTreasury,
  paidWallets,
  planPayout,
  problemOf,
  sendEverything,
  sweepStates,
  USDT,
  usdt,
  waitsFor,
} from '../../test/supply-world.ts'
import { sendDue, sweepToTheEnd } from '../../test/sweep-world.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { ensureSupply } from './supply.action.ts'
import { takeSupply } from './take-supply.action.ts'

const MINUTE_MS = 60_000

/** Planted fault: only the treasury's own coins count. */
test('money that lies at deposit addresses alone is gathered, once, and then can be paid', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250', '40'])
  const first = await askSupply(world, '280')
  assert.equal(waitsFor(first), 'gathering')
  assert.match(problemOf(first), /^USDT_BSC is gathered from deposit addresses by the sweep swp_/)
  assert.deepEqual(await askSupply(world, '280'), first)
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await askSupply(world, '280')), 'nothing')
  assert.deepEqual(await sweepStates(world), ['completed'])
})

/** Planted faults: the sweep of another is a failure of one's own; a pour for everybody. */
test('many who ask at once begin one sweep, and the faucet pours once', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250'])
  const answers = await Promise.all(Array.from({ length: 6 }, () => askSupply(world, '200')))
  assert.deepEqual(new Set(answers.map(waitsFor)), new Set(['gathering']))
  await sweepToTheEnd(world, USDT)
  assert.deepEqual(await sweepStates(world), ['completed'])
  const { 'capital BNB': given, 'merchant.available BNB': more } = await world.holdings()
  assert.deepEqual([given, more], [10n ** 18n, undefined])
})

/** Planted fault: what is planned from the treasury can be spent a second time. */
test('two payouts that together need two sweeps get them, one after the other', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['100'])
  assert.equal(waitsFor(await askSupply(world, '90')), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await askSupply(world, '90')), 'nothing')
  await planPayout(world, 'dsp_1', '90')
  const short = await askSupply(world, '80')
  assert.equal(waitsFor(short), 'coins')
  assert.match(
    problemOf(short),
    /^70 USDT is missing at your treasury 0x\w{40} on BSC: it has 10 USDT to spend/,
  )
  await paidWallets(world, ['75'])
  assert.equal(waitsFor(await askSupply(world, '80')), 'gathering')
  await sendEverything(world)
  assert.equal(waitsFor(await askSupply(world, '80')), 'nothing')
  assert.deepEqual(await sweepStates(world), ['completed', 'completed'])
})

/** Planted faults: a sweep that failed is followed by the next at once; or by none. */
test('a sweep that fails is tried again after a while, and the answer says so', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['100'])
  await world.node(USDT).behave({ refuseBroadcasts: true })
  assert.equal(waitsFor(await askSupply(world, '90')), 'gathering')
  for (let step = 0; step < 5; step += 1) await sendDue(world)
  assert.deepEqual(await sweepStates(world), ['failed'])
  const resting = await askSupply(world, '90')
  assert.equal(waitsFor(resting), 'gathering')
  assert.match(problemOf(resting), /it failed \(.*refuses everything.*the next one begins after/)
  assert.deepEqual(await sweepStates(world), ['failed'])
  await world.node(USDT).behave({ refuseBroadcasts: false })
  await world.pass(MINUTE_MS)
  assert.equal(waitsFor(await askSupply(world, '90')), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await askSupply(world, '90')), 'nothing')
})

/** Planted fault: what is owed is gathered only where it is worth it. */
test('money that is owed is gathered even where that is not worth what it costs', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['0.003', '0.002', '0.001'])
  await world.node(USDT).behave({ fee: units(10n ** 13n) })
  const plan = await world.call(`/v1/sweeps/plan?currency=${USDT}`)
  assert.doesNotMatch(plan.text, /"worthwhile":true/)
  const need = { asset: usdt.id, units: dollars('0.004'), feeMax: units(10n ** 14n) }
  assert.equal(waitsFor(await ensureSupply(world.ctx, world.book, need)), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await ensureSupply(world.ctx, world.book, need)), 'nothing')
  // No more of them than it takes.
  const left = await world.call(`/v1/sweeps/plan?currency=${USDT}`)
  assert.match(left.text, /"amount":"0\.001"/)
  assert.doesNotMatch(left.text, /"amount":"0\.00[23]"/)
})

/** Planted fault: what would not be enough is gathered all the same. */
test('coins that are nowhere are named, and nothing is swept in vain', async () => {
  await using world = await paymentWorld()
  await fundTreasury(world, USDT, '5')
  await paidWallets(world, ['100'])
  const supply = await askSupply(world, '200')
  assert.equal(waitsFor(supply), 'coins')
  assert.match(problemOf(supply), /^195 USDT is missing/)
  assert.deepEqual(await sweepStates(world), [])
})

/** Planted faults: what was found is taken by everybody who found it; or by one of them alone. */
test('of many who find the same coins only as many get them as these are enough for', async () => {
  await using world = await paymentWorld()
  const { ctx, book } = world
  await fundTreasury(world, USDT, '100')
  // Else some of them only find that coins for the fee are on their way.
  await fundTreasury(world, 'BNB', '1')
  const found = await Promise.all(Array.from({ length: 8 }, () => askSupply(world, '30')))
  const taken = await Promise.all(
    found.map((one) =>
      inDbTx(ctx, async (dbTx) => one.waitsFor === 'nothing' && takeSupply(dbTx, book, one)),
    ),
  )
  const got = found.filter((one) => one.waitsFor === 'nothing').length
  assert.ok(got >= 3)
  assert.equal(taken.filter((one) => one).length, 3)
})
