import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { Reply } from '../../../test/api.ts'
import {
  coldWorld,
  sendCold,
  toTheEnd,
  treasuryOf,
  waitsForLock,
  WHOLE,
} from '../../../test/cold-world.ts'
import { dueDeposits, watchedKeys } from '../../../test/custody-world.ts'
import {
  dataOf,
  PAYEES,
  payoutIn,
  refusalIn,
  type PayoutWorld,
} from '../../../test/payout-world.ts'
import { USDT } from '../../../test/supply-world.ts'
import { bookDeposit } from '../../custody/book-deposit.action.ts'
import { treasuryDeposit } from '../../sandbox/treasury-deposit.action.ts'
import type { DepositHandler } from '../../custody/deposit.ts'
import { watchChain } from '../../custody/watch-chain.action.ts'
import { coldReturns } from './cold-returns.action.ts'

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

/** Seen to be accepted, and credited all the same, while nobody had been told of the deposit. */
test('what is being credited for the first time is announced too late', async () => {
  await using world = await withColdCoins()
  const { ctx } = world
  const tx = await comesBack(world, '50')
  await world.node(USDT).mine(20)
  for (const key of await watchedKeys(ctx.db)) await watchChain(ctx, key)
  const [key] = await dueDeposits(ctx.db)
  assert.ok(key)
  const [judged, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const treasury: DepositHandler = async (...change) => {
    const answer = await coldReturns(treasuryDeposit)(...change)
    judged.resolve()
    await goOn.promise
    return answer
  }
  const handlers = { payment: treasury, wallet: treasury, treasury }
  const booked = bookDeposit({ ...ctx, handlers }, key)
  await judged.promise
  const said: Reply[] = []
  const asked = announce(world, tx).then((reply) => said.push(reply))
  while (said.length === 0 && !(await waitsForLock(world))) await setImmediate()
  goOn.resolve()
  await Promise.all([booked, asked])
  assert.deepEqual(said.map(refusalIn), [[409, 'cold_return_late']])
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], 70n * WHOLE)
  assert.equal(await world.available(USDT), 150n * WHOLE)
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

/** Seen to be credited as new money while the hash was kept as it was written. */
test('a return is found however its transaction was written, and what names none is refused', async () => {
  await using world = await withColdCoins()
  const tx = await comesBack(world, '50')
  const said = await announce(world, tx.toUpperCase())
  assert.equal(dataOf(z.looseObject({ tx_hash: z.string() }), said).tx_hash, tx)
  for (const none of ['0x1', 'my return', `${tx}00`]) {
    assert.deepEqual(refusalIn(await announce(world, none)), [400, 'invalid_request'])
  }
  await world.mine(USDT, 20)
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], 20n * WHOLE)
  assert.equal(await world.available(USDT), 100n * WHOLE)
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
