import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressOf,
  applyTo,
  caseOf,
  dollars,
  openSession,
  pay,
  readSession,
  refusedBy,
  setPrice,
  spend,
  standing,
} from '../../test/payment-play.ts'
import { paymentWorld } from '../../test/payment-world.ts'
import { resolveAsset } from '../money/alias.ts'

const HOUR = 3_600_000

test('the excess of a paid payment can be kept, and repricing it means nothing', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '130' })
  await world.mine('USDT_BSC', 12)
  const long = await caseOf(world, session, 'long')
  assert.deepEqual(await refusedBy(world, long, 'reprice'), [409, 'verb_not_applicable'])
  await applyTo(world, long, 'accept')
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.equal((await readSession(world, session)).amount_received, '130')
  assert.deepEqual((await world.holdings())['merchant.available USDT_BSC'], dollars(130))
})

/** Seen to fail when `reprice` judged at the quoted rate, and when its prices were not kept. */
test("repricing judges what came late at today's rate, and separates what is too much", async () => {
  await using world = await paymentWorld()
  await setPrice(world, 'BNB', '500')
  const session = await openSession(world, { accepted_assets: ['BNB'] })
  await world.pass(HOUR)
  await pay(world, session, { amount: '0.1', currency: 'BNB' })
  await world.mine('BNB', 12)
  const late = await caseOf(world, session, 'late')
  assert.deepEqual(await refusedBy(world, late, 'reprice'), [409, 'still_too_little'])
  await setPrice(world, 'BNB', '2000')
  const resolved = await applyTo(world, late, 'reprice')
  assert.equal(resolved.payment_status, 'confirmed')
  assert.deepEqual(resolved['prices'], {
    currency: 'USD',
    currency_usd: '1',
    coins: [{ asset: resolveAsset({ currency: 'BNB' }).id, usd: '2000' }],
  })
  assert.equal(await standing(world, session), 'confirmed/overpaid')
  const long = await caseOf(world, session, 'long')
  assert.deepEqual([long?.coins[0]?.amount, long?.coins[0]?.currency], ['0.05', 'BNB'])
  const half = 5n * 10n ** 16n
  assert.deepEqual(await world.holdings(), {
    'custody BNB': 2n * half,
    'exceptions.long BNB': half,
    'merchant.available BNB': half,
  })
})

test('foreign coins can be repriced into the payment they were meant for', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await world.send({ to: addressOf(session, 'USDT_BSC'), currency: 'USDT_POLYGON', amount: '100' })
  await world.mine('USDT_POLYGON', 12)
  await applyTo(world, await caseOf(world, session, 'foreign'), 'reprice')
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_POLYGON': 100_000_000n,
    'merchant.available USDT_POLYGON': 100_000_000n,
  })
})

/** Seen to fail when accepting a loss moved nothing. */
test('accepting a loss keeps the payment confirmed and pays for what was spent', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  await world.mine('USDT_BSC', 12)
  await spend(world, 30)
  await world.node('USDT_BSC').reorg(14, [txHash])
  await world.settle()
  const lost = await caseOf(world, session, 'reverted')
  assert.deepEqual(await refusedBy(world, lost, 'accept'), [400, 'insufficient_balance'])
  assert.equal(await standing(world, session), 'pending/reverted')
  const other = await openSession(world)
  await pay(world, other, { amount: '100' })
  await world.mine('USDT_BSC', 12)
  await applyTo(world, lost, 'accept')
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'liquidity USDT_BSC': dollars(30),
    'merchant.available USDT_BSC': dollars(70),
  })
})
