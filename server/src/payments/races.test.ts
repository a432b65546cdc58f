import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueDeposits, watchedKeys } from '../../test/custody-world.ts'
import {
  addressOf,
  caseOf,
  dollars,
  openCases,
  openSession,
  pay,
  standing,
} from '../../test/payment-play.ts'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import { bookDeposit } from '../custody/book-deposit.action.ts'
import { watchChain } from '../custody/watch-chain.action.ts'
import { depositHandler } from './take-deposit.action.ts'

// Books everything that is due side by side, as several workers would.
async function settleAtOnce({ ctx }: PaymentWorld, more: readonly (() => Promise<unknown>)[] = []) {
  const handler = depositHandler(ctx)
  const handlers = { payment: handler, wallet: handler, treasury: handler }
  for (const key of await watchedKeys(ctx.db)) await watchChain(ctx, key)
  const due = await dueDeposits(ctx.db)
  await Promise.all([
    ...due.map((key) => bookDeposit({ ...ctx, handlers }, key)),
    ...more.map((work) => work()),
  ])
}

const total = async (world: PaymentWorld, purpose: string): Promise<bigint> =>
  Object.entries(await world.holdings())
    .filter(([name]) => name.startsWith(purpose))
    .reduce((sum, [, held]) => sum + held, 0n)

/** Seen to fail when `lockPayment` read without a lock: every part found itself too little. */
test('parts that become final at the same moment are judged one after the other', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  for (const currency of ['USDT_BSC', 'USDC_BSC', 'USDT_BSC', 'USDC_BSC']) {
    await world.send({ to: addressOf(session, currency), currency, amount: '30' })
  }
  await world.node('USDT_BSC').mine(12)
  await settleAtOnce(world)
  assert.equal(await standing(world, session), 'confirmed/overpaid')
  assert.equal(await total(world, 'merchant.available'), dollars(100))
  assert.equal(await total(world, 'exceptions.long'), dollars(20))
  assert.equal(await total(world, 'exceptions.short'), 0n)
  assert.equal((await openCases(world)).length, 1)
})

test('a verb and a block that arrive at the same moment leave every coin in one place', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '60' })
  await world.mine('USDT_BSC', 12)
  await world.pass(3_600_000)
  const short = await caseOf(world, session, 'short')
  await pay(world, session, { amount: '40' })
  await world.node('USDT_BSC').mine(12)
  const accept = () => world.call(`/v1/exceptions/${short?.id}/accept`, { body: {} })
  await settleAtOnce(world, [accept])
  await world.settle()
  assert.equal((await standing(world, session)).startsWith('confirmed/'), true)
  const held =
    (await total(world, 'merchant.available')) +
    (await total(world, 'exceptions.unmatched')) +
    (await total(world, 'exceptions.late'))
  assert.equal(held, dollars(100))
  assert.equal((await openCases(world)).length, 1)
})
