import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressOf,
  dollars,
  openCases,
  openSession,
  pay,
  readSession,
  standing,
} from '../../test/payment-play.ts'
import { type View } from '../../test/payment-view.ts'
import { type PaymentWorld, paymentWorld } from '../../test/payment-world.ts'
import { issueAddresses } from '../custody/issue-addresses.action.ts'
import { resolveAsset } from '../money/alias.ts'
import { inDbTx } from '../shell/db.ts'

// Everything here goes the whole way: HTTP, custody over a simulated chain, ledger, events.

const HOUR = 3_600_000
const toldOf = async (world: PaymentWorld, { id }: View): Promise<readonly string[]> =>
  (await world.events()).filter((event) => event.objectId === id).map((event) => event.type)

/** Seen to fail when `depositFinal` was told `exceptions.short` for every part. */
test('a payment in time and in full is confirmed once final, and the merchant has it', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  assert.equal(await standing(world, session), 'confirming/none')
  await world.mine('USDT_BSC', 1)
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'deposits.pending USDT_BSC': dollars(100),
  })
  assert.equal(await standing(world, session), 'confirming/none')
  await world.mine('USDT_BSC', 11)
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'merchant.available USDT_BSC': dollars(100),
  })
  assert.deepEqual(await toldOf(world, session), [
    'checkout.session.created',
    'checkout.session.confirming',
    'checkout.session.confirmed',
  ])
  const [told] = (await world.events()).filter((one) => one.type === 'checkout.session.confirmed')
  assert.equal(told?.data.tx_hash, txHash)
  assert.equal(told?.data['customerId'], 'user_1')
  assert.deepEqual(told?.data['metadata'], { order_id: 'ORD-1' })
  assert.deepEqual(await openCases(world), [])
})

/** Seen to fail when the release of short parts was not booked (`bookMoves` skipped). */
test('what is missing can be paid in a second part and in another asset', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '60' })
  await world.mine('USDT_BSC', 12)
  assert.equal(await standing(world, session), 'pending/underpaid')
  assert.equal((await readSession(world, session)).amount_received, '60')
  assert.deepEqual((await world.holdings())['exceptions.short USDT_BSC'], dollars(60))
  await pay(world, session, { amount: '40', currency: 'USDC_BSC' })
  await world.mine('USDC_BSC', 12)
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDC_BSC': dollars(40),
    'custody USDT_BSC': dollars(60),
    'merchant.available USDC_BSC': dollars(40),
    'merchant.available USDT_BSC': dollars(60),
  })
})

/** Seen to fail when the expiry job did not sync cases. */
test('too little at the end expires the payment and asks somebody what to do', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '60' })
  await world.mine('USDT_BSC', 12)
  assert.deepEqual(await openCases(world), [])
  await world.pass(HOUR - 1)
  assert.equal(await standing(world, session), 'pending/underpaid')
  await world.pass(1)
  assert.equal(await standing(world, session), 'expired/underpaid')
  const [one, ...others] = await openCases(world)
  assert.deepEqual(others, [])
  assert.equal(one?.kind, 'short')
  assert.equal(one?.payment_id, session.id)
  assert.deepEqual(
    one?.coins.map(({ currency, amount }) => [currency, amount]),
    [['USDT_BSC', '60']],
  )
  assert.deepEqual(await toldOf(world, session), [
    'checkout.session.created',
    'checkout.session.underpaid',
    'checkout.session.expired',
  ])
})

/** Seen to fail when the excess stayed with the merchant. */
test('what is too much is separated to the unit', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '130.000000000000000001' })
  await world.mine('USDT_BSC', 12)
  assert.equal(await standing(world, session), 'confirmed/overpaid')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(130) + 1n,
    'exceptions.long USDT_BSC': dollars(30) + 1n,
    'merchant.available USDT_BSC': dollars(100),
  })
  const [one] = await openCases(world)
  assert.deepEqual([one?.kind, one?.coins[0]?.amount], ['long', '30.000000000000000001'])
})

test('coins seen in the mempool before the end count, however late they are final', async () => {
  await using world = await paymentWorld()
  await world.node('USDT_BSC').behave({ autoMine: false })
  const session = await openSession(world)
  await world.pass(HOUR - 1)
  await pay(world, session, { amount: '100' })
  await world.pass(5 * HOUR)
  assert.equal(await standing(world, session), 'confirming/none')
  await world.mine('USDT_BSC', 12)
  assert.equal(await standing(world, session), 'confirmed/none')
})

/** Seen to fail when late coins were judged as parts. */
test('coins seen after the end are late, and wait for a decision', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await world.pass(HOUR)
  await pay(world, session, { amount: '100' })
  assert.equal(await standing(world, session), 'expired/late')
  assert.deepEqual(await openCases(world), [])
  await world.mine('USDT_BSC', 12)
  const [one] = await openCases(world)
  assert.deepEqual([one?.kind, one?.payment_status], ['late', 'expired'])
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'exceptions.late USDT_BSC': dollars(100),
  })
})

test('another asset at the address is foreign, be it on this chain or a sister chain', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const to = addressOf(session, 'USDT_BSC')
  await world.send({ to, currency: 'BNB', amount: '1' })
  await world.send({ to, currency: 'USDT_POLYGON', amount: '100' })
  await world.mine('BNB', 12)
  await world.mine('USDT_POLYGON', 12)
  assert.equal(await standing(world, session), 'pending/wrong_asset')
  assert.deepEqual(
    (await openCases(world)).map((one) => [one.kind, one.coins[0]?.currency]).sort(),
    [
      ['foreign', 'BNB'],
      ['foreign', 'USDT_POLYGON'],
    ],
  )
  assert.deepEqual(await world.holdings(), {
    'custody BNB': dollars(1),
    'custody USDT_POLYGON': 100_000_000n,
    'exceptions.foreign BNB': dollars(1),
    'exceptions.foreign USDT_POLYGON': 100_000_000n,
  })
})

test('coins at an address that nobody waits at are unmatched', async () => {
  await using world = await paymentWorld()
  const { ctx, book } = world
  const { chain, id } = resolveAsset({ currency: 'USDT_BSC' })
  const addresses = await ctx.addresses.prepare(book, [{ chain, asset: id }])
  const owner = { kind: 'payment', id: 'pay_unknown' } as const
  await inDbTx(ctx, (dbTx) => issueAddresses(ctx, dbTx, { book, owner, addresses }))
  await world.send({ to: addresses[0]?.address ?? '', currency: 'USDT_BSC', amount: '7' })
  await world.mine('USDT_BSC', 12)
  const [one] = await openCases(world)
  assert.deepEqual([one?.kind, one?.payment_id], ['unmatched', null])
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(7),
    'exceptions.unmatched USDT_BSC': dollars(7),
  })
})
