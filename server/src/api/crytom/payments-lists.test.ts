import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSession } from '../../../test/payment-play.ts'
import { dataOf, listOf, refusalOf } from '../../../test/payment-view.ts'
import { paymentWorld, type PaymentWorld } from '../../../test/payment-world.ts'

test("each id works at its own path and at /v1/payments, and nowhere else's", async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const paths = ['/v1/invoices/', '/v1/checkout/sessions/pay_', '/v1/payments/chk_']
  for (const path of paths) {
    assert.deepEqual(await refusalOf(world.call, `${path}${session.id}`), [404, 'payment_unknown'])
  }
  const asLive = world.api.as(world.api.secretKeys.live)
  for (const path of ['/v1/checkout/sessions/', '/v1/payments/']) {
    assert.deepEqual(await refusalOf(asLive, `${path}${session.id}`), [404, 'payment_unknown'])
  }
})

/** Seen to fail when `where` left the status out. */
test('lists narrow by status, customer and time, and go deep by cursor', async () => {
  await using world = await paymentWorld()
  const ids: string[] = []
  for (const customer_id of ['user_1', 'user_2', 'user_1']) {
    const body = { amount: '5', fiat_currency: 'EUR', customer_id, accepted_assets: ['USDT_BSC'] }
    ids.unshift((await dataOf(world.call, '/v1/payments', body)).id)
    await world.pass(1_000)
  }
  assert.deepEqual(await idsOf(world, ''), ids)
  assert.deepEqual(await idsOf(world, 'customer_id=user_1'), [ids[0], ids[2]])
  assert.deepEqual(await idsOf(world, 'status=confirmed'), [])
  assert.deepEqual(await idsOf(world, 'status=awaiting_payment&limit=1&page=2'), [ids[1]])
  const { created_at } = await dataOf(world.call, `/v1/payments/${ids[1]}`)
  assert.deepEqual(await idsOf(world, `created_from=${String(created_at)}`), ids.slice(0, 2))
  assert.deepEqual(await idsOf(world, `created_before=${String(created_at)}`), ids.slice(2))
  assert.deepEqual(await idsOf(world, `limit=1&cursor=${ids[0]}`), [ids[1]])
  assert.deepEqual(await refusalOf(world.call, '/v1/payments?cursor=pay_none'), [
    400,
    'place_unknown',
  ])
})

const idsOf = async (world: PaymentWorld, query: string): Promise<readonly string[]> =>
  (await listOf(world.call, `/v1/payments?${query}`)).map((one) => one.id)
