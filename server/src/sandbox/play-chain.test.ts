import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { adapterOf, testSandbox } from '../../test/sandbox.ts'
import { scanToTip, watching } from '../chains/contract-follow.suite.ts'
import { isError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { mineBlocks, reorgChain, replaceTransaction, setBehaviour } from './play-chain.action.ts'
import { sendDeposit } from './send-deposit.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const ADDRESS = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
const bitcoin = { address: ADDRESS, currency: 'BTC', amount: '0.1' }
const watch = watching([ADDRESS])

const refused = (code: ErrorCode, work: Promise<unknown>) =>
  assert.rejects(work, (error) => isError(error, code))

test('blocks are mined on the network that an alias names, and on no other', async () => {
  const { ctx, book } = await testSandbox(database.db)
  const before = await adapterOf(ctx, book, 'BNB Chain').tips()
  const other = await adapterOf(ctx, book, 'Tron').tips()
  const { network, tip } = await mineBlocks(ctx, book, { network: 'BEP20', blocks: 4 })
  assert.equal(network.name, 'BNB Chain')
  assert.equal(tip.height, before.latest.height + 4)
  assert.deepEqual((await adapterOf(ctx, book, 'BNB Chain').tips()).latest, tip)
  assert.deepEqual(await adapterOf(ctx, book, 'Tron').tips(), other)
})

test('a fork drops what it is told to, and mines the rest again', async () => {
  const { ctx, book } = await testSandbox(database.db)
  const adapter = adapterOf(ctx, book, 'Bitcoin')
  const { latest: start } = await adapter.tips()
  const kept = await sendDeposit(ctx, book, bitcoin)
  const lost = await sendDeposit(ctx, book, { ...bitcoin, confirmations: 2 })
  await reorgChain(ctx, book, { network: 'Bitcoin', depth: 2, drop: [lost.txHash] })
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 50 })
  assert.deepEqual(
    transfers.map((one) => one.txHash),
    [kept.txHash],
  )
})

/** Seen to fail with only the first chain asked. */
test('a transaction is replaced wherever it is, and pays somebody else', async () => {
  const { ctx, book } = await testSandbox(database.db)
  const tron = { address: 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC', currency: 'TRX', amount: '5' }
  for (const request of [bitcoin, tron]) {
    const sent = await sendDeposit(ctx, book, { ...request, kind: 'replaceable' })
    assert.notEqual(await replaceTransaction(ctx, book, sent.txHash), sent.txHash)
    const { adapter } = ctx.chains.of(book, sent.asset.chain) ?? assert.fail()
    assert.deepEqual(await adapter.pending(watching([sent.address])), [])
  }
})

test('a node halts until it is told to answer again; the world goes on meanwhile', async () => {
  const { ctx, book } = await testSandbox(database.db)
  const adapter = adapterOf(ctx, book, 'Bitcoin')
  const { latest: start } = await adapter.tips()
  await setBehaviour(ctx, book, { network: 'Bitcoin', change: { halt: true } })
  await refused('chain.unreachable', adapter.tips())
  const { txHash } = await sendDeposit(ctx, book, { ...bitcoin, confirmations: 1 })
  await setBehaviour(ctx, book, { network: 'Bitcoin', change: { halt: false } })
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 50 })
  assert.deepEqual(
    transfers.map((one) => one.txHash),
    [txHash],
  )
})

test("a fee is given in the network's own coin, and null gives it back to the node", async () => {
  const { ctx, book } = await testSandbox(database.db)
  const set = (fee: string | null) =>
    setBehaviour(ctx, book, { network: 'Bitcoin', fee, change: { lie: 'blocks' } })
  assert.equal((await set('0.0001')).behaviour.fee, 10_000n)
  const other = await setBehaviour(ctx, book, { network: 'Bitcoin', change: { autoMine: false } })
  assert.deepEqual([other.behaviour.fee, other.behaviour.lie], [10_000n, 'blocks'])
  assert.equal((await set(null)).behaviour.fee, undefined)
})

test('a live book plays nothing, and nobody plays a chain or transaction that is not theirs', async () => {
  const { ctx, book, live } = await testSandbox(database.db)
  const network = 'Bitcoin'
  await refused('sandbox.test_key_needed', mineBlocks(ctx, live, { network, blocks: 1 }))
  await refused('sandbox.test_key_needed', reorgChain(ctx, live, { network, depth: 1 }))
  await refused('sandbox.test_key_needed', setBehaviour(ctx, live, { network, change: {} }))
  await refused('sandbox.test_key_needed', replaceTransaction(ctx, live, '0x00'))
  await refused(
    'sandbox.chain_not_playable',
    mineBlocks(ctx, book, { network: 'Anvil', blocks: 1 }),
  )
  await refused('money.unknown_network', mineBlocks(ctx, book, { network: 'Mars', blocks: 1 }))
  await refused('sandbox.reorg_too_deep', reorgChain(ctx, book, { network, depth: 5_000 }))
  const stranger = await testSandbox(database.db)
  const sent = await sendDeposit(stranger.ctx, stranger.book, { ...bitcoin, kind: 'replaceable' })
  await refused('sandbox.transaction_not_there', replaceTransaction(ctx, book, sent.txHash))
  const drop = [sent.txHash]
  await refused('sandbox.transaction_not_there', reorgChain(ctx, book, { network, depth: 1, drop }))
})
