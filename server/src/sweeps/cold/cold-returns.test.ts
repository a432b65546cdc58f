import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coldWorld, sendCold, toTheEnd, treasuryOf, WHOLE } from '../../../test/cold-world.ts'
import { PAYEES, payoutIn, refusalIn, type PayoutWorld } from '../../../test/payout-world.ts'
import { USDT } from '../../../test/supply-world.ts'

/** A world in which 70 dollars lie cold and 30 in the treasury. */
async function withColdCoins(): Promise<PayoutWorld> {
  const world = await coldWorld('100')
  await sendCold(world)
  await toTheEnd(world)
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], 70n * WHOLE)
  return world
}

const comesBack = async (world: PayoutWorld, amount: string): Promise<string> =>
  world.send({ to: await treasuryOf(world), currency: USDT, amount })

const announce = (world: PayoutWorld, tx_hash: string) =>
  world.post('/v1/sweeps/cold/returns', { tx_hash, currency: USDT })

/** Planted fault: what comes back is credited to the merchant. */
test('announced coins come back as the same money, and a payout that waited goes on', async () => {
  await using world = await withColdCoins()
  const payout = { amount: 60, currency: USDT, destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(payout))
  await world.dispatchDue()
  assert.match((await world.payout(id)).problem ?? '', /lies in your cold wallet/)
  const tx = await comesBack(world, '50')
  assert.equal((await announce(world, tx)).status, 200)
  assert.equal((await announce(world, tx)).status, 200)
  await world.mine(USDT, 20)
  const held = await world.holdings()
  assert.equal(held['custody.cold USDT_BSC'], 20n * WHOLE)
  assert.equal(held['custody USDT_BSC'], 80n * WHOLE)
  assert.equal(held['merchant.available USDT_BSC'], 100n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
  world.ctx.clock.advance(10_000)
  await world.sendAll(USDT)
  assert.equal((await world.payout(id)).status, 'completed')
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: it may be announced after it was credited. */
test('what was not announced in time is a deposit', async () => {
  await using world = await withColdCoins()
  const tx = await comesBack(world, '50')
  await world.mine(USDT, 20)
  assert.equal(await world.available(USDT), 150n * WHOLE)
  assert.deepEqual(refusalIn(await announce(world, tx)), [409, 'cold_return_late'])
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], 70n * WHOLE)
})

/** Planted fault: more comes back than went away. */
test('what is beyond all that lies cold is new money', async () => {
  await using world = await withColdCoins()
  await announce(world, await comesBack(world, '90'))
  await world.mine(USDT, 20)
  const held = await world.holdings()
  assert.equal(held['custody.cold USDT_BSC'], undefined)
  assert.equal(held['merchant.available USDT_BSC'], 120n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

test('a fork that takes a return back has the coins lie cold again', async () => {
  await using world = await withColdCoins()
  const tx = await comesBack(world, '50')
  await announce(world, tx)
  await world.mine(USDT, 20)
  await world.node(USDT).reorg(22, [tx])
  await world.mine(USDT, 30)
  const held = await world.holdings()
  assert.equal(held['custody.cold USDT_BSC'], 70n * WHOLE)
  assert.equal(held['merchant.available USDT_BSC'], 100n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

test('a return needs a transaction and a currency that are there', async () => {
  await using world = await withColdCoins()
  const bad = [{ currency: USDT }, { tx_hash: '', currency: USDT }, { tx_hash: '0x1' }]
  for (const body of bad) {
    assert.equal((await world.post('/v1/sweeps/cold/returns', body)).status, 400)
  }
  const unknown = { tx_hash: '0x1', currency: 'NOPE' }
  const refused = refusalIn(await world.post('/v1/sweeps/cold/returns', unknown))
  assert.deepEqual(refused, [400, 'unknown_currency'])
})
