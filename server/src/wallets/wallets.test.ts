import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, listOf, refusalOf } from '../../test/payment-view.ts'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import { setPrice } from '../../test/payment-play.ts'
import { account } from '../ledger/chart.ts'
import { requirePosted } from '../ledger/result.ts'
import { resolveAsset } from '../money/alias.ts'
import { units as unitsOf } from '../money/units.ts'
import { walletAccount } from './wallet.ts'

const wanted = { customer_id: 'user_123', currency: 'USDT', network: 'BSC' }

const openWallet = (world: PaymentWorld, more: object = {}) =>
  dataOf(world.call, '/v1/wallets', { ...wanted, ...more })

const wallet = (world: PaymentWorld, id: string) => dataOf(world.call, `/v1/wallets/${id}`)

/** What the wallet's events said, each as `type new_balance`. */
async function told(world: PaymentWorld): Promise<readonly string[]> {
  return (await world.events())
    .filter((one) => one.type.startsWith('wallet.'))
    .map((one) => `${one.type} ${String(one.data['new_balance'] ?? '-')}`)
}

const addressOf = (view: Readonly<Record<string, unknown>>): string =>
  String(view['deposit_address'])

/** Planted faults: a wallet for every request; the customer left out of what makes it one. */
test('a customer has one wallet for a currency and network, however often it is asked for', async () => {
  await using world = await paymentWorld()
  const asked = { body: { ...wanted, label: 'Main', metadata: { tier: 'gold' } } }
  const replies = await Promise.all([1, 2, 3].map(() => world.call('/v1/wallets', asked)))
  assert.deepEqual(replies.map((one) => one.status).sort(), [200, 200, 201])
  const again = await openWallet(world, { network: 'bep20', label: 'Another' })
  const { id, deposit_address: address, label, metadata, balance } = again
  assert.deepEqual(
    { label, metadata, balance },
    { label: 'Main', metadata: { tier: 'gold' }, balance: '0' },
  )
  for (const reply of replies) assert.equal(Object(reply.json).data.wallet_id, id)
  const others = await Promise.all([
    openWallet(world, { customer_id: 'user_124' }),
    openWallet(world, { network: 'Tron' }),
    openWallet(world, { currency: 'BNB', network: 'BSC' }),
  ])
  assert.equal(new Set([address, ...others.map(addressOf)]).size, 4)
  const created = (await told(world)).filter((one) => one.startsWith('wallet.created'))
  assert.equal(created.length, 4)
})

/** Planted fault: the deposit counted twice in `new_balance`. */
test('a deposit is announced, credited to its customer when it is final, and told with the balance', async () => {
  await using world = await paymentWorld()
  const { id, ...view } = await openWallet(world)
  const to = addressOf(view)
  await world.send({ to, currency: 'USDT_BSC', amount: '100.5' })
  await world.settle()
  assert.equal((await wallet(world, id))['pending_balance'], '100.5')
  await world.mine('USDT_BSC', 1)
  await world.pass(1)
  await world.send({ to, currency: 'USDT_BSC', amount: '50.25' })
  await world.mine('USDT_BSC', 30)
  const { balance, balance_usd: usd, pending_balance: pending } = await wallet(world, id)
  assert.deepEqual({ balance, usd, pending }, { balance: '150.75', usd: 150.75, pending: '0' })
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': 150_750_000_000_000_000_000n,
    'customer.wallet USDT_BSC': 150_750_000_000_000_000_000n,
  })
  assert.deepEqual(await told(world), [
    'wallet.created -',
    'wallet.deposit.pending 0',
    'wallet.deposit.confirming 0',
    'wallet.deposit.completed 100.5',
    'wallet.deposit.completed 150.75',
  ])
  const transactions = await listOf(world.call, `/v1/wallets/${id}/transactions`)
  assert.deepEqual(
    transactions.map((one) => [one['type'], one['amount'], one['amount_usd'], one.status]),
    [
      ['deposit', '50.25', 50.25, 'completed'],
      ['deposit', '100.5', 100.5, 'completed'],
    ],
  )
})

/** Planted fault: coins of another asset given to the wallet that was paid. */
test('coins of another asset or chain at the address are credited to the same customer as what they are', async () => {
  await using world = await paymentWorld()
  const view = await openWallet(world)
  const to = addressOf(view)
  await world.send({ to, currency: 'BNB', amount: '2' })
  await world.send({ to, currency: 'USDT', network: 'Polygon', amount: '7' })
  await world.mine('USDT_BSC', 30)
  await world.mine('USDT_POLYGON', 200)
  assert.equal((await wallet(world, view.id))['balance'], '0')
  const wallets = await listOf(world.call, '/v1/wallets?customer_id=user_123')
  const held = wallets.map((one) => [
    one['currency'],
    one['network'],
    one['balance'],
    addressOf(one),
  ])
  assert.deepEqual(held.sort(), [
    ['BNB', 'BNB Chain', '2', to],
    ['USDT', 'BSC', '0', to],
    ['USDT', 'Polygon', '7', to],
  ])
  const asked = { body: { ...wanted, currency: 'BNB' } }
  assert.equal((await world.call('/v1/wallets', asked)).status, 200)
})

/** Spends coins of a customer, as a withdrawal would. */
async function spend(world: PaymentWorld, units: bigint): Promise<void> {
  const { id: asset } = resolveAsset({ currency: 'USDT_BSC' })
  const debit = walletAccount({ customerId: wanted.customer_id, asset })
  const credit = account('fees.earned', asset)
  const transfers = [{ debit, credit, asset, units: unitsOf(units) }]
  const entry = { operation: 'testSpending', externalId: 'test:spending', facts: {}, transfers }
  requirePosted(entry.externalId, await world.ctx.ledger.post(world.book.bookId, entry))
}

/** Planted fault: a loss not made good first. */
test('coins that were spent before a fork took them back are made good when they come again', async () => {
  await using world = await paymentWorld()
  const view = await openWallet(world)
  await world.send({ to: addressOf(view), currency: 'USDT_BSC', amount: '10' })
  await world.mine('USDT_BSC', 30)
  await spend(world, 4n * 10n ** 18n)
  const node = world.node('USDT_BSC')
  await node.reorg(30, [])
  await node.behave({ halt: true })
  await world.settle()
  await node.behave({ halt: false })
  await world.settle()
  assert.equal((await wallet(world, view.id))['balance'], '6')
  assert.deepEqual(await world.holdings(), {
    'custody USDT_BSC': 10n ** 19n,
    'customer.wallet USDT_BSC': 6n * 10n ** 18n,
    'fees.earned USDT_BSC': 4n * 10n ** 18n,
  })
  assert.deepEqual((await told(world)).slice(-2), [
    'wallet.deposit.reverted 0',
    'wallet.deposit.completed 6',
  ])
})

/** Planted fault: a deposit that falls back told as if nothing had changed. */
test('a fork takes a credited deposit back, and brings it again in another block', async () => {
  await using world = await paymentWorld()
  const view = await openWallet(world)
  const tx = await world.send({ to: addressOf(view), currency: 'USDT_BSC', amount: '10' })
  await world.mine('USDT_BSC', 30)
  await world.node('USDT_BSC').reorg(30, [])
  await world.settle()
  assert.equal((await wallet(world, view.id))['balance'], '10')
  await world.node('USDT_BSC').reorg(30, [tx])
  await world.settle()
  assert.equal((await wallet(world, view.id))['balance'], '0')
  assert.deepEqual(await world.holdings(), {})
  const types = (await told(world)).map((one) => one.replace('wallet.deposit.', ''))
  assert.deepEqual(types.slice(-3), ['reverted 0', 'completed 10', 'reverted 0'])
})

test('wallets are found by customer, currency and network, and their worth is told together', async () => {
  await using world = await paymentWorld()
  const view = await openWallet(world)
  await openWallet(world, { customer_id: 'user_124' })
  await world.send({ to: addressOf(view), currency: 'USDT_BSC', amount: '1500.259' })
  await world.send({ to: addressOf(view), currency: 'BNB', amount: '1' })
  await world.mine('USDT_BSC', 30)
  await setPrice(world, 'BNB', null)
  const query = 'customer_id=user_123&currency=USDT&network=BSC'
  assert.equal((await dataOf(world.call, `/v1/wallets/lookup?${query}`)).id, view.id)
  for (const filter of ['', '?customer_id=user_123']) {
    const reply = await world.call(`/v1/wallets/balance/aggregated${filter}`)
    const sums = Object(reply.json).data
    assert.equal(sums.total_balance_usd, 1500.25)
    assert.deepEqual(sums.without_price, ['BNB'])
    assert.equal(sums.wallet_count, filter === '' ? 3 : 2)
  }
  assert.equal((await listOf(world.call, '/v1/wallets?currency=BNB')).length, 1)
  const absent = '/v1/wallets/lookup?customer_id=user_124&currency=BTC&network=Bitcoin'
  assert.deepEqual(await refusalOf(world.call, absent), [404, 'wallet_unknown'])
  const doge = '/v1/wallets?currency=DOGE'
  assert.deepEqual(await refusalOf(world.call, doge), [400, 'unknown_currency'])
  const page = await world.call('/v1/wallets?limit=2')
  const cursor = Object(page.json).pagination.next_cursor
  assert.equal((await listOf(world.call, `/v1/wallets?limit=2&cursor=${cursor}`)).length, 1)
  const supported = await listOf(world.call, '/v1/wallets/supported')
  const tether = supported.find((one) => one['currency'] === 'USDT')
  assert.ok(Array.from(Object(tether?.['networks'])).includes('BSC'))
})
