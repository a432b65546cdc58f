import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../../test/database.ts'
import { simulatedChain } from '../../../test/simulated-chain.ts'
import { isError } from '../../errors/app-error.ts'
import { resolveAsset } from '../../money/alias.ts'
import { networks } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import { levelAt, type ChainAdapter } from '../contract.ts'
import type { SandboxNode, SendKind } from '../sandbox-node.ts'
import { blocksDue, CATCH_UP_BLOCKS_MAX, usualBehaviour } from './chain-state.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const BNB = resolveAsset({ currency: 'BNB' }).id
const TO = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
const watch = watching([TO])

const height = async (adapter: ChainAdapter): Promise<number> =>
  (await adapter.tips()).latest.height

const pay = (node: SandboxNode, kind: SendKind = 'normal') =>
  node.send(kind, [{ to: TO, asset: BNB, units: units(1_000n) }])

test('a block comes every second of the book, and takes what waits', async () => {
  const { clock, node, adapter } = await simulatedChain(database)
  const { latest: start } = await adapter.tips()
  clock.advance(999)
  assert.deepEqual((await adapter.tips()).latest, start)
  await pay(node)
  clock.advance(3_501)
  assert.equal(await height(adapter), start.height + 4)
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  assert.deepEqual(
    transfers.map((one) => one.block?.height),
    [start.height + 1],
  )
})

test('advancing the clock of the book brings the blocks of that time', async () => {
  const { ctx, bookId, adapter } = await simulatedChain(database)
  const before = await height(adapter)
  await ctx.db.query('update book set clock_offset_ms = 20000 where book_id = $1', [bookId])
  assert.equal(await height(adapter), before + 20)
})

test('a chain that nobody looked at for a month has aged enough, not by a month', async () => {
  const { clock, node, adapter } = await simulatedChain(database)
  const before = await height(adapter)
  await pay(node)
  clock.advance(30 * 86_400_000)
  const tips = await adapter.tips()
  assert.equal(tips.latest.height, before + CATCH_UP_BLOCKS_MAX)
  assert.equal(levelAt(before + 1, tips), 'final')
  for (const network of networks) {
    assert.ok(network.confirmations.final < CATCH_UP_BLOCKS_MAX, network.name)
  }
  clock.advance(1_000)
  assert.equal(await height(adapter), tips.latest.height + 1)
})

/** Seen to fail one block off. */
test('a block is safe and final with as many confirmations as the registry says', async () => {
  const { ctx, node, adapter } = await simulatedChain(database)
  const { safe, final } = ctx.network.confirmations
  await node.mine(1)
  const block = await height(adapter)
  const levels = []
  for (let confirmations = 1; confirmations <= final; confirmations += 1) {
    levels.push(levelAt(block, await adapter.tips()))
    await node.mine(1)
  }
  assert.deepEqual([levels.indexOf('safe') + 1, levels.indexOf('final') + 1], [safe, final])
})

/** Seen to fail with the leftover of a second thrown away at each look. */
test('however often somebody looks, the same time brings the same blocks', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 30 }), (pauses) => {
      const start = { minedAt: 5_000, behaviour: usualBehaviour }
      let looked = { ...start, blocks: 0 }
      let now = start.minedAt
      for (const pause of pauses) {
        now += pause
        const due = blocksDue(looked, now)
        looked = { ...looked, minedAt: due.minedAt, blocks: looked.blocks + due.blocks }
      }
      assert.equal(looked.blocks, Math.floor((now - start.minedAt) / 1_000))
    }),
  )
})

test('without auto-mine only `mine` mines, and time that went by brings nothing later', async () => {
  const { clock, node, adapter } = await simulatedChain(database)
  await node.behave({ autoMine: false })
  const before = await height(adapter)
  clock.advance(60_000)
  assert.equal(await height(adapter), before)
  await node.mine(3)
  assert.equal(await height(adapter), before + 3)
  await node.behave({ autoMine: true })
  assert.equal(await height(adapter), before + 3)
  clock.advance(2_000)
  assert.equal(await height(adapter), before + 5)
})

test('a halted node is unreachable and mines nothing by itself', async () => {
  const { clock, node, adapter } = await simulatedChain(database)
  const before = await height(adapter)
  await node.behave({ halt: true })
  clock.advance(60_000)
  await assert.rejects(adapter.tips(), (error) => isError(error, 'chain.unreachable'))
  await node.behave({ halt: false })
  assert.equal(await height(adapter), before)
})

/** Seen to fail with invented transfers that count in balances. */
test('a node that lies about transfers shows some that move nothing', async () => {
  const { node, adapter } = await simulatedChain(database)
  const { latest: start } = await adapter.tips()
  await node.behave({ lie: 'transfers' })
  const invented = await pay(node)
  assert.equal((await adapter.pending(watch)).length, 1)
  await node.mine(1)
  const lied = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  assert.deepEqual(
    lied.transfers.map((one) => one.txHash),
    [invented],
  )
  assert.equal(await adapter.balanceOf(TO, BNB, start.height + 1), 0n)
  await node.behave({ lie: 'none' })
  const honest = await scanToTip(adapter, start, { watch, blocksMax: 9 })
  assert.deepEqual(honest, { blocks: lied.blocks, transfers: [] })
})

/** Seen to fail with invented blocks that later turned out to be the real ones. */
test('a node that lies about blocks makes everything look final, until it stops', async () => {
  const { node, adapter } = await simulatedChain(database)
  await node.behave({ autoMine: false })
  await pay(node)
  await node.mine(1)
  const { latest } = await adapter.tips()
  await node.behave({ lie: 'blocks' })
  const lied = await adapter.tips()
  assert.equal(levelAt(latest.height, lied), 'final')
  assert.deepEqual(await adapter.blockAt(lied.latest.height), lied.latest)
  const { blocks } = await scanToTip(adapter, latest, { watch, blocksMax: 5 })
  assert.deepEqual(blocks.at(-1), lied.latest)
  await node.behave({ lie: 'none' })
  assert.deepEqual(await adapter.scan(lied.latest, watch, 5), { kind: 'forked' })
  await node.mine(20)
  assert.deepEqual(await adapter.scan(lied.latest, watch, 5), { kind: 'forked' })
  assert.deepEqual(await adapter.blockAt(latest.height), latest)
})

test('the node tells how it behaves, with what was left unchanged', async () => {
  const { node } = await simulatedChain(database)
  await node.behave({ fee: units(21_000n), refuseBroadcasts: true })
  assert.deepEqual(await node.behave({ forgetBroadcasts: true }), {
    ...usualBehaviour,
    fee: 21_000n,
    refuseBroadcasts: true,
    forgetBroadcasts: true,
  })
})
