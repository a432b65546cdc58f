import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dollars,
  openCases,
  openSession,
  pay,
  readSession,
  spend,
  standing,
} from '../../test/payment-play.ts'
import { listOf } from '../../test/payment-view.ts'
import { paymentWorld } from '../../test/payment-world.ts'

const HOUR = 3_600_000

test('a fork before finality takes the payment back to where it was', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  await world.mine('USDT_BSC', 3)
  await world.node('USDT_BSC').reorg(3, [txHash])
  await world.settle()
  assert.equal(await standing(world, session), 'pending/reverted')
  assert.deepEqual(await world.holdings(), {})
  assert.deepEqual(await openCases(world), [])
  const told = (await world.events()).filter((event) => event.objectId === session.id)
  assert.equal(told.at(-1)?.type, 'checkout.session.reverted')
  await world.pass(HOUR)
  assert.equal(await standing(world, session), 'expired/reverted')
})

test('a fork after finality takes the coins from where they are, and what is spent is owed', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  await world.mine('USDT_BSC', 12)
  await spend(world, 30)
  await world.node('USDT_BSC').reorg(14, [txHash])
  await world.settle()
  assert.equal(await standing(world, session), 'pending/reverted')
  assert.deepEqual(await world.holdings(), {
    'liquidity USDT_BSC': dollars(30),
    'receivable.reverted USDT_BSC': dollars(30),
  })
  const [one] = await openCases(world)
  assert.deepEqual([one?.kind, one?.verbs], ['reverted', ['accept', 'ignore']])
})

/** Seen to fail when the handler left it to custody, which takes from where coins were put first. */
test('a fork after finality finds parts that were moved on since', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const first = await pay(world, session, { amount: '60' })
  await world.mine('USDT_BSC', 12)
  const second = await pay(world, session, { amount: '40' })
  await world.mine('USDT_BSC', 12)
  assert.equal(await standing(world, session), 'confirmed/none')
  await world.node('USDT_BSC').reorg(26, [first, second])
  await world.settle()
  assert.equal(await standing(world, session), 'pending/reverted')
  assert.deepEqual(await world.holdings(), {})
})

/** Seen to fail when `makingGood` was left out: the merchant had it twice. */
test('coins that come again after such a fork make good what was spent of them', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  await world.mine('USDT_BSC', 12)
  await spend(world, 30)
  await world.node('USDT_BSC').reorg(14, [])
  await world.settle()
  assert.equal(await standing(world, session), 'confirming/reverted')
  await world.mine('USDT_BSC', 12)
  assert.equal((await readSession(world, session)).tx_hash, txHash)
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'liquidity USDT_BSC': dollars(30),
    'merchant.available USDT_BSC': dollars(70),
  })
  assert.deepEqual(await openCases(world), [])
  const [closed] = await listOf(world.call, '/v1/exceptions?status=resolved')
  assert.deepEqual([closed?.kind, closed?.resolution], ['reverted', 'settled'])
})
