import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dollars, openSession, pay, readSession } from '../../test/payment-play.ts'
import { dataOf, refusalOf } from '../../test/payment-view.ts'
import { paymentWorld } from '../../test/payment-world.ts'

const offered = { accepted_assets: ['BTC', 'USDT_BSC'] }

/** Seen to fail when the watch ended with the quote. */
test('a claim books nothing, is watched for 24 hours, and only then the session fails', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world, offered)
  const verify = (currency: string) =>
    dataOf(world.call, `/v1/checkout/sessions/${session.id}/verify`, { currency })
  assert.equal((await verify('USDT_BSC')).status, 'pending')
  assert.equal((await verify('usdtbep20')).status, 'pending')
  await world.pass(24 * 3_600_000 - 1)
  assert.equal((await readSession(world, session)).status, 'pending')
  assert.equal((await verify('BTC')).status, 'pending')
  await world.pass(1)
  assert.equal((await readSession(world, session)).status, 'failed')
  assert.equal((await verify('BTC')).status, 'failed')
  assert.deepEqual(await world.holdings(), {})
  const types = (await world.events()).map((event) => event.type)
  assert.deepEqual(types, [
    'checkout.session.created',
    'checkout.session.claimed',
    'checkout.session.failed',
  ])
  const refused = await refusalOf(world.call, `/v1/checkout/sessions/${session.id}/verify`, {
    currency: 'ETH',
  })
  assert.deepEqual(refused, [400, 'asset_not_offered'])
})

test('a claim that is true finds its payment at once', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world, offered)
  await pay(world, session, { amount: '100' })
  const claim = { currency: 'USDT_BSC' }
  const answer = await dataOf(world.call, `/v1/checkout/sessions/${session.id}/verify`, claim)
  assert.equal(answer.status, 'confirming')
  assert.match(String(answer.wallets[0]?.['tx_hash']), /^0x/)
  await world.mine('USDT_BSC', 12)
  assert.equal((await world.holdings())['merchant.available USDT_BSC'], dollars(100))
})
