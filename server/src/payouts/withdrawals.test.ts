import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { dataOf, PAYEES, payoutIn, payoutWorld, refusalIn } from '../../test/payout-world.ts'

const USDT = 'USDT_BSC'

const Wallet = z.looseObject({ id: z.string(), deposit_address: z.string(), balance: z.string() })
const Transactions = z.array(
  z.looseObject({ id: z.string(), type: z.string(), amount: z.string(), status: z.string() }),
)

/** A customer's wallet with 50 on it, and a treasury that can send. */
async function wallet() {
  const world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  const body = { customer_id: 'anna', currency: 'USDT', network: 'BSC', metadata: { tier: 3 } }
  const opened = dataOf(Wallet, await world.call('/v1/wallets', { method: 'POST', body }))
  await world.send({ to: opened.deposit_address, currency: USDT, amount: '50' })
  await world.mine(USDT, 15)
  const path = `/v1/wallets/${opened.id}`
  return {
    ...world,
    path,
    ...{ walletId: opened.id },
    withdraw: (amount: number | string, to: string = PAYEES.evm) =>
      world.post(`${path}/withdraw`, { amount, recipient_address: to }),
    balance: async () => dataOf(Wallet, await world.call(path)).balance,
    transactions: async (query = '') =>
      dataOf(Transactions, await world.call(`${path}/transactions?${query}`)),
  }
}

/** Planted fault: taken from the merchant's balance. */
test('a withdrawal takes its amount from the customer, who bears the fee', async () => {
  await using world = await wallet()
  const merchant = await world.available(USDT)
  const begun = payoutIn(await world.withdraw('20.5'))
  assert.deepEqual(
    [begun['kind'], begun['wallet_id'], begun['customer_id'], begun['metadata']],
    ['withdrawal', world.walletId, 'anna', { tier: 3 }],
  )
  assert.equal(await world.balance(), '29.5')
  await world.sendAll(USDT)
  assert.equal((await world.payout(begun.id)).status, 'completed')
  assert.equal(await world.balance(), '29.5')
  assert.equal(await world.available(USDT), merchant)
  assert.deepEqual(await world.eventsOf(begun.id), [
    'wallet.withdrawal.initiated',
    'wallet.withdrawal.completed',
  ])
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: the list made of deposits alone. */
test('withdrawals stand among the transactions of their wallet, newest first', async () => {
  await using world = await wallet()
  world.ctx.clock.advance(1_000)
  const { id } = payoutIn(await world.withdraw(1))
  const told = (await world.transactions()).map((one) => [one.type, one.amount, one.status])
  assert.deepEqual(told, [
    ['withdrawal', '1', 'processing'],
    ['deposit', '50', 'completed'],
  ])
  const [first] = await world.transactions('limit=1')
  const [second] = await world.transactions(`limit=1&cursor=${id}`)
  assert.deepEqual([first?.type, second?.type], ['withdrawal', 'deposit'])
})

/** Planted fault: taken from the merchant's balance. */
test('a wallet gives no more than it holds, and gets back what could not be sent', async () => {
  await using world = await wallet()
  const tooMuch = await world.withdraw('50.1')
  assert.deepEqual(refusalIn(tooMuch), [400, 'insufficient_balance'])
  assert.match(tooMuch.text, /The wallet in USDT on BSC has 50 available/)
  await world.node(USDT).behave({ refuseBroadcasts: true })
  const { id } = payoutIn(await world.withdraw(50))
  assert.equal(await world.balance(), '0')
  await world.sendAll(USDT)
  assert.equal(await world.balance(), '50')
  assert.deepEqual(await world.eventsOf(id), [
    'wallet.withdrawal.initiated',
    'wallet.withdrawal.failed',
  ])
  const nobodys = await world.post('/v1/wallets/wal_none/withdraw', {
    ...{ amount: 1, recipient_address: PAYEES.evm },
  })
  assert.deepEqual(refusalIn(nobodys), [404, 'wallet_unknown'])
})
