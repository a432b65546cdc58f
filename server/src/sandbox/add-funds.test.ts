import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { accountsOf } from '../../test/evm-base.ts'
import { CHAIN, startEvmWorld, type EvmWorld } from '../../test/evm-world.ts'
import { workedSandbox } from '../../test/sandbox-workers.ts'
import { anvilSandboxNode } from '../chains/evm/anvil-sandbox.client.ts'
import { assetTable } from '../chains/evm/assets.ts'
import { createEvmNode } from '../chains/evm/node.client.ts'
import type { SandboxNode } from '../chains/sandbox-node.ts'
import { isError } from '../errors/app-error.ts'
import { chartBalances } from '../ledger/read-balances.action.ts'
import { assetsOn, networks } from '../money/registry.ts'
import { systemClock } from '../shell/clock.ts'
import { addFunds } from './add-funds.action.ts'
import { setBehaviour } from './play-chain.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

/** Seen to fail mined one block short of finality. */
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

/** Planted fault: an answer waits for any deposit of the treasury, and not for its own. */
test('fundings at once come to one address, and each is booked when its answer comes', async () => {
  const { ctx, book } = await workedSandbox(database.db)
  await using _ledger = ctx.ledger
  const asked = ['1', '2', '3'].map((amount) => ({ currency: 'USDT_BSC', amount }))
  const all = await Promise.all(asked.map((one) => addFunds(ctx, book, one)))
  assert.deepEqual(
    all.map((one) => one.status),
    ['available', 'available', 'available'],
  )
  assert.equal(new Set(all.map((one) => one.address)).size, 1)
  assert.equal(new Set(all.map((one) => one.txHash)).size, 3)
  const held = await chartBalances(ctx.db, book.bookId)
  const spendable = held.find((one) => one.purpose === 'merchant.available')
  assert.equal(spendable?.posted, 6n * 10n ** 18n)
})

/** Seen to fail without asking custody for a look. */
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

/** The other side of a test's real node, as the sandbox is given it. */
async function playableNode({ play }: EvmWorld): Promise<SandboxNode> {
  const of = { chain: CHAIN, expectedChainId: 31_337n, url: play.anvil.url, timeoutMs: 10_000 }
  const [first = '', ...more] = await accountsOf(play.anvil)
  return anvilSandboxNode({
    node: createEvmNode({ clock: systemClock }, of),
    network: 'Anvil',
    assets: assetTable(assetsOn(CHAIN)),
    payer: play.contracts.payer,
    lookalike: play.contracts.fake,
    payers: [first, ...more],
  })
}

test('a real node on this machine is mined until its own finality', async () => {
  await using world = await startEvmWorld()
  const local = { adapter: world.adapter, node: await playableNode(world) }
  const { ctx, book } = await workedSandbox(database.db, [local])
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
