import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, listOf, refusalOf } from '../../../test/payment-view.ts'
import { paymentWorld, type PaymentWorld } from '../../../test/payment-world.ts'

// When deposits are credited, as `/v1` shows it: lying nodes, and policies.

const BEHAVIOUR = '/v1/sandbox/chains/behaviour'
const RESUME = '/v1/sandbox/chains/resume'
const SETTINGS = '/v1/settings/confirmations'

async function withWallet(world: PaymentWorld) {
  const asked = { customer_id: 'user_123', currency: 'USDT', network: 'BSC' }
  const { id, ...rest } = await dataOf(world.call, '/v1/wallets', asked)
  return { id, to: String(rest['deposit_address']) }
}

async function balance(world: PaymentWorld, id: string): Promise<string> {
  const { balance: held, pending_balance: pending } = await dataOf(world.call, `/v1/wallets/${id}`)
  return `${String(held)} and ${String(pending)} pending`
}

const lie = (world: PaymentWorld, about: string) =>
  dataOf(world.call, BEHAVIOUR, { network: 'BSC', lie: about })

const halts = async (world: PaymentWorld): Promise<readonly unknown[]> =>
  (await world.events())
    .filter((one) => one.type.startsWith('chain.'))
    .map((one) => `${one.type} ${String(one.data['currency'])}`)

/** Planted faults: the lying node asked twice in place of both; a halt of one asset for all. */
test('a node that invents a transfer credits nothing, and halts that currency until it is resumed', async () => {
  await using world = await paymentWorld()
  const { id, to } = await withWallet(world)
  await lie(world, 'transfers')
  await world.send({ to, currency: 'USDT_BSC', amount: '1000' })
  await world.mine('USDT_BSC', 30)
  assert.equal(await balance(world, id), '0 and 1000 pending')
  assert.deepEqual(await halts(world), ['chain.crediting_halted USDT'])

  await lie(world, 'none')
  await world.send({ to, currency: 'USDT_BSC', amount: '7' })
  await world.send({ to, currency: 'BNB', amount: '2' })
  await world.mine('USDT_BSC', 30)
  assert.equal(await balance(world, id), '0 and 1007 pending')
  const wallets = await listOf(world.call, '/v1/wallets?currency=BNB')
  assert.equal(wallets[0]?.['balance'], '2')

  const named = { currency: 'USDT', network: 'BSC' }
  assert.deepEqual(await dataOf(world.call, RESUME, named).then((one) => one.status), 'resumed')
  await world.settle()
  await world.settle()
  assert.equal(await balance(world, id), '7 and 0 pending')
  assert.deepEqual(await refusalOf(world.call, RESUME, named), [409, 'crediting_not_halted'])
  const told = (await world.events()).filter((one) => one.data['amount'] === '1000')
  assert.equal(told.at(-1)?.type, 'wallet.deposit.reverted')
})

/** Planted fault: finality asked of the node that lies. */
test('a node that invents blocks makes nothing final', async () => {
  await using world = await paymentWorld()
  const { id, to } = await withWallet(world)
  await world.send({ to, currency: 'USDT_BSC', amount: '1000' })
  await world.mine('USDT_BSC', 1)
  await lie(world, 'blocks')
  await world.settle()
  await world.settle()
  assert.equal(await balance(world, id), '0 and 1000 pending')
  assert.deepEqual(await halts(world), [])
  await lie(world, 'none')
  await world.mine('USDT_BSC', 30)
  await world.settle()
  assert.equal(await balance(world, id), '1000 and 0 pending')
})

test('an organization says below which amounts its deposits are credited early', async () => {
  await using world = await paymentWorld()
  assert.deepEqual(await listOf(world.call, SETTINGS), [])
  const named = { currency: 'USDT', network: 'BSC' }
  const policy = { confirmed_below: '100', safe_below: '1000.5' }
  const put = async (body: object) => world.call(SETTINGS, { method: 'PUT', body })
  const set = await put({ ...named, ...policy })
  const settled = { ...Object(set.json).data }
  assert.deepEqual([settled.confirmed_below, settled.safe_below], ['100', '1000.5'])
  assert.deepEqual(Object((await world.call(SETTINGS)).json).data, [settled])
  const strange = await put({ ...named, confirmed_below: '2', safe_below: '1' })
  assert.deepEqual([strange.status, Object(strange.json).error], [400, 'policy_contradicts_itself'])
  const live = await world.api.as(world.api.secretKeys.live)(SETTINGS)
  assert.deepEqual(Object(live.json).data, [])

  const { id, to } = await withWallet(world)
  for (const amount of ['99.99', '100']) await world.send({ to, currency: 'USDT_BSC', amount })
  await world.mine('USDT_BSC', 1)
  assert.equal(await balance(world, id), '99.99 and 100 pending')
})
