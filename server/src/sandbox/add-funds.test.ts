import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { startEvmWorld } from '../../test/evm-world.ts'
import { workedSandbox } from '../../test/sandbox-workers.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { createAnvilNode } from '../chains/evm/anvil-node.client.ts'
import { isError } from '../errors/app-error.ts'
import { chartBalances } from '../ledger/read-balances.action.ts'
import { assetsOn, networks } from '../money/registry.ts'
import { systemClock } from '../shell/clock.ts'
import { addFunds } from './add-funds.action.ts'
import { setBehaviour } from './play-chain.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

test('test money is a booked deposit that can be spent when the answer comes', async () => {
  const { ctx, book } = await workedSandbox(database.db)
  await using _ledger = ctx.ledger
  await setBehaviour(ctx, book, { network: 'BSC', change: { autoMine: false } })
  const funds = await addFunds(ctx, book, { currency: 'USDT', network: 'BSC', amount: '1250.5' })
  assert.equal(funds.status, 'available')
  assert.equal(funds.amount, '1250.5')
  const held = await chartBalances(ctx.db, book.bookId)
  assert.deepEqual(
    held
      .filter((one) => one.posted !== 0n)
      .map((one) => [one.purpose, one.asset, one.posted])
      .sort(),
    [
      ['custody', funds.asset.id, 1_250_500_000_000_000_000_000n],
      ['merchant.available', funds.asset.id, 1_250_500_000_000_000_000_000n],
    ],
  )
})

test('every asset that a sandbox simulates can be had', async () => {
  const { ctx, book } = await workedSandbox(database.db)
  await using _ledger = ctx.ledger
  const simulated = networks.filter((one) => !one.local).flatMap((one) => assetsOn(one.chain))
  for (const { id } of simulated) {
    const funds = await addFunds(ctx, book, { currency: id, amount: '2' })
    assert.equal(funds.status, 'available', id)
  }
  const held = await chartBalances(ctx.db, book.bookId)
  const spendable = held.filter((one) => one.purpose === 'merchant.available')
  assert.deepEqual(spendable.map((one) => one.asset).sort(), simulated.map((one) => one.id).sort())
})

test('a real node on this machine is mined until its own finality', async () => {
  await using world = await startEvmWorld()
  const { url } = world.play.anvil
  const node = createAnvilNode({ clock: systemClock }, { network: networkNamed('Anvil'), url })
  const { ctx, book } = await workedSandbox(database.db, [{ adapter: world.adapter, node }])
  await using _ledger = ctx.ledger
  const funds = await addFunds(ctx, book, { currency: 'TUSD', amount: '12.5' })
  assert.equal(funds.status, 'available')
  const held = await chartBalances(ctx.db, book.bookId)
  const spendable = held.filter((one) => one.purpose === 'merchant.available')
  assert.deepEqual(
    spendable.map((one) => [one.asset, one.posted]),
    [[funds.asset.id, 12_500_000n]],
  )
})

test('while the node is down the money is on its way, and the answer says so', async () => {
  const { ctx, book } = await workedSandbox(database.db)
  await using _ledger = ctx.ledger
  await addFunds(ctx, book, { currency: 'BTC', amount: '1' })
  await setBehaviour(ctx, book, { network: 'Bitcoin', change: { halt: true } })
  const funds = await addFunds(ctx, book, { currency: 'BTC', amount: '2' })
  assert.equal(funds.status, 'pending')
})

test('a live book is given nothing, and no chain that is not there either', async () => {
  const { ctx, book, live } = await workedSandbox(database.db)
  await using _ledger = ctx.ledger
  const one = { currency: 'BTC', amount: '1' }
  await assert.rejects(addFunds(ctx, live, one), (e) => isError(e, 'sandbox.test_key_needed'))
  const local = { currency: 'TUSD', amount: '1' }
  await assert.rejects(addFunds(ctx, book, local), (e) => isError(e, 'sandbox.chain_not_playable'))
})
