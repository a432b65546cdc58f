import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressOf,
  applyTo,
  caseOf,
  dollars,
  openCases,
  openSession,
  pay,
  refusedBy,
  standing,
} from '../../test/payment-play.ts'
import { type View, dataOf, listOf, refusalOf } from '../../test/payment-view.ts'
import { type PaymentWorld, paymentWorld } from '../../test/payment-world.ts'

const HOUR = 3_600_000

const typesOf = async (world: PaymentWorld, objectId: string | undefined) =>
  (await world.events()).filter((one) => one.objectId === objectId).map((one) => one.type)

/** Late coins of 10, 20, 30 … dollars for as many sessions as asked for. */
async function lateSessions(world: PaymentWorld, count: number): Promise<readonly View[]> {
  const sessions: View[] = []
  for (let made = 0; made < count; made += 1) sessions.push(await openSession(world))
  await world.pass(HOUR)
  for (const [place, session] of sessions.entries()) {
    const amount = `${(place + 1) * 10}`
    await world.send({ to: addressOf(session, 'USDT_BSC'), currency: 'USDT_BSC', amount })
  }
  await world.mine('USDT_BSC', 12)
  return sessions
}

/** Seen to fail with `refund` moving to `exceptions.ignored`. */
test('each verb sends late coins where it says, and only accepting confirms', async () => {
  await using world = await paymentWorld()
  const sessions = await lateSessions(world, 5)
  const verbs = [
    ['accept', {}],
    ['refund', {}],
    ['credit', {}],
    ['credit', { customer_id: 'user 7/é' }],
    ['ignore', {}],
  ] as const
  for (const [place, [verb, body]] of verbs.entries()) {
    const one = await caseOf(world, sessions[place] ?? raise(), 'late')
    const resolved = await applyTo(world, one, verb, body)
    assert.deepEqual([resolved.status, resolved.resolution], ['resolved', verb])
    assert.equal(resolved.coins[0]?.amount, `${(place + 1) * 10}`)
    assert.deepEqual(await typesOf(world, one?.id), ['exception.opened', 'exception.resolved'])
  }
  const standings = await Promise.all(sessions.map((one) => standing(world, one)))
  assert.deepEqual(standings, ['confirmed/none', ...Array<string>(4).fill('expired/none')])
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(150),
    'customer.wallet USDT_BSC': dollars(40),
    'exceptions.ignored USDT_BSC': dollars(50),
    'merchant.available USDT_BSC': dollars(10 + 30),
    'refunds.payable USDT_BSC': dollars(20),
  })
  assert.deepEqual(await openCases(world), [])
})

const raise = (): never => assert.fail('there is none')

test('a refund without an address is owed; with one its payout begins at once', async () => {
  await using world = await paymentWorld()
  const [session = raise()] = await lateSessions(world, 1)
  const one = await caseOf(world, session, 'late')
  const address = '0x52908400098527886E0F7030069857D2E4169EE7'
  const { refunds } = await applyTo(world, one, 'refund', { address })
  assert.deepEqual(
    refunds.map(({ status, amount, currency, ...rest }) => [
      status,
      amount,
      currency,
      rest['address'],
    ]),
    [['sending', '10', 'USDT_BSC', address]],
  )
  const [later = raise()] = await lateSessions(world, 1)
  const owed = await applyTo(world, await caseOf(world, later, 'late'), 'refund')
  assert.deepEqual(
    owed.refunds.map(({ status, ...rest }) => [status, rest['address']]),
    [['awaiting_payout', null]],
  )
  assert.equal((await applyTo(world, one, 'refund', { address })).refunds.length, 1)
  const elsewhere = { address: '0x8617E340B3D01FA5F11F306F4090FD50E238070D' }
  assert.deepEqual(await refusedBy(world, one, 'refund', elsewhere), [409, 'exception_resolved'])
  const [other = raise()] = await lateSessions(world, 1)
  const invalid = await refusedBy(world, await caseOf(world, other, 'late'), 'refund', {
    address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
  })
  assert.deepEqual(invalid, [400, 'refund_address_invalid'])
})

/** Seen to fail when `resolveException` did not look at the case again under its lock. */
test('of two verbs at once one wins, the other is told, and coins move once', async () => {
  await using world = await paymentWorld()
  const [session = raise()] = await lateSessions(world, 1)
  const one = await caseOf(world, session, 'late')
  const verbs = ['accept', 'refund', 'credit', 'ignore'] as const
  const replies = await Promise.all(
    verbs.map((verb) => world.call(`/v1/exceptions/${one?.id}/${verb}`, { body: {} })),
  )
  const statuses = replies.map((reply) => reply.status).sort()
  assert.deepEqual(statuses, [200, 409, 409, 409])
  const losers = replies.filter((reply) => reply.status === 409)
  for (const { text } of losers) assert.match(text, /"error":"exception_resolved"/)
  const [, ...places] = Object.values(await world.holdings())
  assert.deepEqual(places, [dollars(10)])
  const winner = verbs[replies.findIndex((reply) => reply.status === 200)]
  const again = await applyTo(world, one, winner ?? 'accept')
  assert.equal(again.resolution, winner)
  assert.equal((await typesOf(world, one?.id)).length, 2)
})

/** Seen to fail when accepting late coins left the earlier part in `exceptions.short`. */
test('accepting a late top-up completes the payment with the part that was short', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '60' })
  await world.mine('USDT_BSC', 12)
  await world.pass(HOUR)
  await pay(world, session, { amount: '40' })
  await world.mine('USDT_BSC', 12)
  const short = await caseOf(world, session, 'short')
  await applyTo(world, await caseOf(world, session, 'late'), 'accept')
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.equal((await dataOf(world.call, `/v1/exceptions/${short?.id}`)).resolution, 'settled')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': dollars(100),
    'merchant.available USDT_BSC': dollars(100),
  })
})

test('a short payment can be accepted as it is, or sent back as a whole', async () => {
  await using world = await paymentWorld()
  const accepted = await openSession(world)
  const declined = await openSession(world)
  await pay(world, accepted, { amount: '60' })
  await pay(world, declined, { amount: '30' })
  await pay(world, declined, { amount: '5', currency: 'USDC_BSC' })
  await world.mine('USDT_BSC', 12)
  await world.pass(HOUR)
  await applyTo(world, await caseOf(world, accepted, 'short'), 'accept')
  const both = await applyTo(world, await caseOf(world, declined, 'short'), 'refund')
  assert.deepEqual(both.refunds.map(({ currency, amount }) => `${amount} ${currency}`).sort(), [
    '30 USDT_BSC',
    '5 USDC_BSC',
  ])
  assert.equal(await standing(world, accepted), 'confirmed/none')
  assert.equal(await standing(world, declined), 'expired/none')
  assert.deepEqual(await world.holdings(), {
    'custody USDC_BSC': dollars(5),
    'custody USDT_BSC': dollars(90),
    'merchant.available USDT_BSC': dollars(60),
    'refunds.payable USDC_BSC': dollars(5),
    'refunds.payable USDT_BSC': dollars(30),
  })
})

test('exceptions of others and unknown ones look alike, and lists narrow', async () => {
  await using world = await paymentWorld()
  const [session = raise()] = await lateSessions(world, 2)
  const one = await caseOf(world, session, 'late')
  const { live } = world.api.secretKeys
  const asLive = world.api.as(live)
  for (const target of [
    `/v1/exceptions/${one?.id}`,
    '/v1/exceptions/exc_none',
    '/v1/exceptions/no-such-id',
  ]) {
    assert.deepEqual(await refusalOf(asLive, target), [404, 'exception_unknown'])
  }
  const accepting = await refusalOf(asLive, `/v1/exceptions/${one?.id}/accept`, {})
  assert.deepEqual(accepting, [404, 'exception_unknown'])
  const of = async (query: string) =>
    (await listOf(world.call, `/v1/exceptions?${query}`)).map((view) => view.id)
  assert.deepEqual(await of(`payment_id=${session.id}`), [one?.id])
  assert.deepEqual(await of('kind=short'), [])
  assert.equal((await of('kind=late&status=open')).length, 2)
  const first = await world.call('/v1/exceptions?limit=1')
  const cursor = /"next_cursor":"(exc_\w+)"/.exec(first.text)?.[1]
  assert.equal((await of(`limit=1&cursor=${cursor}`)).length, 1)
  assert.deepEqual(await refusalOf(world.call, '/v1/exceptions?cursor=exc_none'), [
    400,
    'place_unknown',
  ])
})
