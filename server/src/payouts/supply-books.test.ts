import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { dataOf, PAYEES, payoutIn, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import { bnb, planPayoutTo, sweepStates, USDT } from '../../test/supply-world.ts'
import { sendDue } from '../../test/sweep-world.ts'

const WHOLE = 10n ** 18n
const Wallet = z.looseObject({ id: z.string(), deposit_address: z.string() })

/** A customer's wallet whose coins lie at its deposit address alone. */
async function paidWallet(world: PayoutWorld, amount: string): Promise<string> {
  const body = { customer_id: 'c1', currency: 'USDT', network: 'BSC' }
  const wallet = dataOf(Wallet, await world.call('/v1/wallets', { method: 'POST', body }))
  await world.send({ to: wallet.deposit_address, currency: USDT, amount })
  await world.mine(USDT, 15)
  return wallet.id
}

/** One step of everything that is under way, and the books beside the chain after each. */
async function stepAndCompare(world: PayoutWorld, blocks: number): Promise<void> {
  await world.dispatchDue()
  assert.deepEqual(await world.differences(USDT), [], 'dispatched')
  await sendDue(world)
  assert.deepEqual(await world.differences(USDT), [], 'sent')
  await world.node(USDT).mine(blocks)
  assert.deepEqual(await world.differences(USDT), [], 'mined and not looked at')
  for (const how of ['followed', 'and ended'] as const) {
    await sendDue(world)
    assert.deepEqual(await world.differences(USDT), [], `${how}, and not looked at`)
  }
  await world.settle()
  assert.deepEqual(await world.differences(USDT), [], 'looked at')
  world.ctx.clock.advance(6_000)
}

/** Planted faults: a payout in a block and not booked is left out; what is booked is not. */
test('books and chain agree at every step of coins that are gathered and then withdrawn', async () => {
  await using world = await payoutWorld()
  const wallet = await paidWallet(world, '100')
  const body = { amount: '60', recipient_address: PAYEES.evm }
  const { id } = payoutIn(await world.post(`/v1/wallets/${wallet}/withdraw`, body))
  for (let step = 0; step < 60; step += 1) {
    await stepAndCompare(world, step % 3 === 2 ? 20 : 1)
    if ((await world.payout(id)).status === 'completed') break
  }
  assert.equal((await world.payout(id)).status, 'completed')
  assert.deepEqual(await sweepStates(world), ['completed'])
  const held = await world.holdings()
  assert.equal(held['customer.wallet USDT_BSC'], 40n * WHOLE)
  assert.equal(held['merchant.available USDT_BSC'], undefined)
  assert.equal(held['capital BNB'], WHOLE)
})

/** Planted fault: what a payout leaves over is found like what somebody sends. */
test('what a payout brings back to the treasury is no deposit', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '100')
  await world.fund('BNB', '1')
  const { address } = await world.ctx.treasury.keyOf(world.book, bnb.chain)
  await planPayoutTo(world, address, { objectId: 'dsp_x', amount: '30' })
  for (let steps = 0; steps < 3; steps += 1) await sendDue(world)
  await world.mine(USDT, 20)
  const [mined] = await world.ctx.db.query<{ tx_hash: string }>(
    'select tx_hash from outgoing_attempt',
  )
  const sender = world.ctx.chains.of(world.book, bnb.chain)?.sender
  assert.equal((await sender?.lookUp(mined?.tx_hash ?? ''))?.kind, 'mined')
  assert.equal(await world.available(USDT), 100n * WHOLE)
})

/** Planted fault: what a sweep brings counts as a funding. */
test('fundings at once are each booked once, as the money of the merchant', async () => {
  await using world = await payoutWorld()
  await paidWallet(world, '5')
  await Promise.all(['1', '2', '3'].map((amount) => world.fund(USDT, amount)))
  await Promise.all([world.fund('BNB', '1'), world.fund('BNB', '1')])
  const swept = await world.post('/v1/sweeps', { currency: USDT })
  assert.equal(swept.status, 202, swept.text)
  await world.sendAll(USDT)
  const held = await world.holdings()
  assert.equal(held['merchant.available USDT_BSC'], 6n * WHOLE)
  assert.equal(held['merchant.available BNB'], 2n * WHOLE)
  assert.equal(held['capital BNB'], undefined)
  assert.deepEqual(await sweepStates(world), ['completed'])
  assert.deepEqual(await world.differences(USDT), [])
})
