import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, refusalOf } from '../../test/payment-view.ts'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

async function withWallet(world: PaymentWorld) {
  const asked = { customer_id: 'user_123', currency: 'USDT', network: 'BSC' }
  const { id, ...rest } = await dataOf(world.call, '/v1/wallets', asked)
  return { id, to: String(rest['deposit_address']), route: `/v1/wallets/${id}/deposit` }
}

const balance = async (world: PaymentWorld, id: string): Promise<unknown> =>
  (await dataOf(world.call, `/v1/wallets/${id}`))['balance']

/** Planted fault: the claimed amount not compared with the chain's. */
test('naming a transaction credits nothing: the chain does, once', async () => {
  await using world = await paymentWorld()
  const { id, to, route } = await withWallet(world)
  const unseen = await world.call(route, { body: { amount: '3', tx_hash: '0xabc' } })
  assert.deepEqual([unseen.status, Object(unseen.json).data.status], [202, 'pending'])
  const tx = await world.send({ to, currency: 'USDT_BSC', amount: '3' })
  await world.settle()
  const body = { amount: '3.00', tx_hash: tx }
  const waiting = await world.call(route, { body })
  assert.deepEqual([waiting.status, Object(waiting.json).data.status], [200, 'pending'])
  assert.equal(await balance(world, id), '0')
  await world.mine('USDT_BSC', 30)
  const found = await world.call(route, { body })
  assert.deepEqual([found.status, Object(found.json).data.status], [200, 'completed'])
  assert.equal(await balance(world, id), '3')
  const wrong = { amount: '30', tx_hash: tx }
  assert.deepEqual(await refusalOf(world.call, route, wrong), [409, 'deposit_mismatch'])
  assert.equal(await balance(world, id), '3')
})

/** Planted fault: the watch ended without a look at what had come meanwhile. */
test('a transaction that does not come within a day is told of, one that came is not', async () => {
  await using world = await paymentWorld()
  const { to, route } = await withWallet(world)
  const never = { amount: '3', tx_hash: '0xnever' }
  await world.call(route, { body: never })
  const tx = await world.send({ to, currency: 'USDT_BSC', amount: '3' })
  await world.call(route, { body: { amount: '3', tx_hash: tx } })
  await world.mine('USDT_BSC', 30)
  const missing = async (): Promise<readonly unknown[]> =>
    (await world.events())
      .filter((one) => one.type === 'wallet.deposit.not_found')
      .map((one) => one.data.tx_hash)
  await world.pass(DAY_MS - 1)
  assert.deepEqual(await missing(), [])
  await world.pass(1)
  assert.deepEqual(await missing(), ['0xnever'])
})

/** Planted fault: no transaction named taken for one to be made. */
test('in the sandbox the same route makes the transaction that it is told of', async () => {
  await using world = await paymentWorld()
  const { id, route } = await withWallet(world)
  const made = await world.call(route, { body: { amount: '1.25', simulate: true } })
  assert.equal(made.status, 202)
  await world.mine('USDT_BSC', 30)
  assert.equal(await balance(world, id), '1.25')
  const { tx_hash: tx } = Object(made.json).data
  const again = await world.call(route, { body: { amount: '1.25', tx_hash: tx } })
  assert.equal(again.status, 200)
  assert.deepEqual(await refusalOf(world.call, route, { amount: '1' }), [400, 'invalid_request'])
})
