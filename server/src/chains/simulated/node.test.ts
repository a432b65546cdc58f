import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../../test/database.ts'
import { simulatedChain } from '../../../test/simulated-chain.ts'
import { isError } from '../../errors/app-error.ts'
import { resolveAsset } from '../../money/alias.ts'
import { knownNetwork } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import type { ChainAdapter } from '../contract.ts'
import type { SandboxNode, SendKind } from '../sandbox-node.ts'
import { simulatedAdapter } from './simulated-adapter.client.ts'
import { simulatedNode } from './simulated-node.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const BNB = resolveAsset({ currency: 'BNB' }).id
const TO = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
const watch = watching([TO])

const height = async (adapter: ChainAdapter): Promise<number> =>
  (await adapter.tips()).latest.height

const pay = (node: SandboxNode, kind: SendKind = 'normal') =>
  node.send(kind, [{ to: TO, asset: BNB, units: units(1_000n) }])

test('one seed gives one world, another seed another', async () => {
  const play = async (seed: string) => {
    const { node, adapter } = await simulatedChain(database, { seed })
    const { latest: start } = await adapter.tips()
    await pay(node)
    await node.mine(4)
    await node.reorg(2, [])
    return scanToTip(adapter, start, { watch, blocksMax: 9 })
  }
  assert.deepEqual(await play('a'), await play('a'))
  const [one, other] = [await play('a'), await play('b')]
  const hashes = new Set([...one.blocks, ...other.blocks].map((block) => block.hash))
  assert.equal(hashes.size, one.blocks.length + other.blocks.length)
  assert.notEqual(one.transfers[0]?.txHash, other.transfers[0]?.txHash)
})

test('a replaceable transaction waits for `mine`, so that there is time to replace it', async () => {
  const { clock, node, adapter } = await simulatedChain(database)
  const { latest: start } = await adapter.tips()
  const txHash = await pay(node, 'replaceable')
  clock.advance(5_000)
  assert.deepEqual(
    (await adapter.pending(watch)).map((one) => one.txHash),
    [txHash],
  )
  await node.mine(1)
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  assert.deepEqual(
    transfers.map((one) => one.txHash),
    [txHash],
  )
})

test('mining and forking answer the new tip', async () => {
  const { node, adapter } = await simulatedChain(database)
  assert.deepEqual(await node.mine(3), (await adapter.tips()).latest)
  assert.deepEqual(await node.reorg(2, []), (await adapter.tips()).latest)
})

test('a node knows the transactions that were submitted to it, and no others', async () => {
  const [one, other] = [await simulatedChain(database), await simulatedChain(database)]
  const txHash = await pay(one.node)
  await one.node.reorg(0, [txHash])
  assert.deepEqual([await one.node.knows(txHash), await other.node.knows(txHash)], [true, false])
})

test('only a replaceable transaction that waits can be replaced', async () => {
  const { node } = await simulatedChain(database)
  const refused = (txHash: string) =>
    assert.rejects(node.replace(txHash), (error) => isError(error, 'sandbox.not_replaceable'))
  await refused(await pay(node))
  const mined = await pay(node, 'replaceable')
  await node.mine(1)
  await refused(mined)
  const replaced = await pay(node, 'replaceable')
  await refused(await node.replace(replaced))
  await refused(replaced)
  await assert.rejects(node.replace('0x00'), (error) =>
    isError(error, 'sandbox.transaction_not_there'),
  )
})

test('a fork deeper than the chain, or dropping what is not in it, changes nothing', async () => {
  const { node, adapter } = await simulatedChain(database)
  await node.mine(3)
  const before = await adapter.tips()
  const old = await pay(node)
  await node.mine(5)
  await assert.rejects(node.reorg(100_000, []), (error) => isError(error, 'sandbox.reorg_too_deep'))
  await assert.rejects(node.reorg(3, [old]), (error) =>
    isError(error, 'sandbox.transaction_not_there'),
  )
  assert.deepEqual(await adapter.blockAt(before.latest.height), before.latest)
  assert.equal(await height(adapter), before.latest.height + 5)
  const { transfers } = await scanToTip(adapter, before.latest, { watch, blocksMax: 9 })
  assert.deepEqual(
    transfers.map((one) => one.txHash),
    [old],
  )
})

/** Seen to fail with transactions put above the tip. */
test('what a fork does not drop is in its own blocks, one later where there is one', async () => {
  const { node, adapter } = await simulatedChain(database)
  const { latest: start } = await adapter.tips()
  for (let blocks = 0; blocks < 3; blocks += 1) {
    await pay(node)
    await node.mine(1)
  }
  await node.reorg(2, [])
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  const heights = transfers.map((one) => (one.block?.height ?? 0) - start.height)
  assert.deepEqual(heights, [1, 3, 3])
})

test('a kind that a chain cannot play is refused with the reason', async () => {
  const { ctx, node } = await simulatedChain(database)
  const refuses = (kind: 'internal' | 'fake_token' | 'fee_on_transfer', currency: string) => {
    const asset = resolveAsset({ currency })
    const other = simulatedNode({ ...ctx, network: knownNetwork(asset.chain) })
    const sent = other.send(kind, [{ to: TO, asset: asset.id, units: units(1n) }])
    return assert.rejects(sent, (error) => isError(error, 'sandbox.kind_not_playable'))
  }
  await refuses('internal', 'BTC')
  await refuses('fake_token', 'BTC')
  await refuses('fee_on_transfer', 'BNB')
  await refuses('fee_on_transfer', 'USDT_BSC')
  await assert.doesNotReject(pay(node))
})

/** Seen to fail without the lock on the chain's row. */
test('many at once play one world: no transaction and no block is lost', async () => {
  const { node, adapter } = await simulatedChain(database)
  await node.behave({ autoMine: false })
  const { latest: start } = await adapter.tips()
  const hashes = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const txHash = await pay(node)
      await node.mine(1)
      return txHash
    }),
  )
  assert.equal(new Set(hashes).size, 20)
  const { blocks, transfers } = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  assert.equal(blocks.length, 20)
  assert.deepEqual(transfers.map((one) => one.txHash).sort(), hashes.sort())
})

test('a live book has no simulated chain', async () => {
  const { ctx, bookId } = await simulatedChain(database)
  await ctx.db.query("update book set environment = 'live' where book_id = $1", [bookId])
  await assert.rejects(simulatedAdapter(ctx).tips(), RangeError)
})
