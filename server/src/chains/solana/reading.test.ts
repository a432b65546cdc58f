import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import {
  refusal,
  result,
  startFaultyRpc,
  type Fault,
  type FaultyRpc,
} from '../../../test/faulty-rpc.ts'
import { COIN, newAddress, startSolanaWorld, type SolanaWorld } from '../../../test/solana-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { ChainAdapter } from '../contract.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'

const throughProxy = async (
  world: SolanaWorld,
): Promise<FaultyRpc & Readonly<{ adapter: ChainAdapter }>> => {
  const proxy = await startFaultyRpc(world.standIn.url)
  return { ...proxy, adapter: world.connect({ urls: [proxy.url] }).adapter }
}

const pays = (world: SolanaWorld, to: string): Promise<string> =>
  world.send('normal', [{ to, asset: COIN, units: units(1_000n) }])

/** Seen to fail with slots that are counted instead of asked for. */
test('slots without a block are passed over, and no block is lost beside them', async () => {
  await using world = await startSolanaWorld()
  const { adapter, standIn } = world
  const to = newAddress()
  const { latest: start } = await adapter.tips()
  for (const skipped of [3, 0, 7, 1]) {
    standIn.ledger.skip(skipped)
    await pays(world, to)
    await world.mine(1)
  }
  const heights = [4, 5, 13, 15].map((more) => start.height + more)
  for (const blocksMax of [1, 2, 500]) {
    const { blocks, transfers } = await scanToTip(adapter, start, {
      watch: watching([to]),
      blocksMax,
    })
    assert.deepEqual(
      blocks.map((one) => one.height),
      heights,
    )
    assert.deepEqual(
      transfers.map((one) => one.block?.height),
      heights,
    )
  }
  assert.equal(await adapter.blockAt(start.height + 1), undefined)
  assert.equal((await adapter.blockAt(start.height + 4))?.height, start.height + 4)
  assert.equal(await adapter.balanceOf(to, COIN, start.height + 12), 2_000n)
})

test('a fork that skips the slot of the cursor is a fork', async () => {
  await using world = await startSolanaWorld()
  const { adapter, standIn } = world
  const { latest: parent } = await adapter.tips()
  standIn.ledger.skip(2)
  await world.mine(1)
  const { latest: cursor } = await adapter.tips()
  assert.equal(cursor.height, parent.height + 3)
  const watch = watching([])
  assert.deepEqual(await adapter.scan(cursor, watch, 10), {
    kind: 'blocks',
    blocks: [],
    transfers: [],
  })
  // The other fork has blocks in the slots that this one skipped, and none in the cursor's.
  await world.reorg(1, [])
  await world.mine(1)
  standIn.ledger.skip(2)
  await world.mine(1)
  assert.equal(await adapter.blockAt(cursor.height), undefined)
  assert.deepEqual(await adapter.scan(cursor, watch, 10), { kind: 'forked' })
  const scan = await adapter.scan(parent, watch, 10)
  assert.ok(scan.kind === 'blocks' && scan.blocks.length === 3)
})

test('a block counts once most of the stake voted for it, and is final only as the node says', async () => {
  await using world = await startSolanaWorld({ rent: 'none', lag: { confirmed: 2, finalized: 32 } })
  const { adapter } = world
  const to = newAddress()
  const { latest: start } = await adapter.tips()
  await pays(world, to)
  await world.mine(1)
  assert.equal((await adapter.tips()).latest.height, start.height + 1)
  const found = () => scanToTip(adapter, start, { watch: watching([to]), blocksMax: 10 })
  assert.deepEqual((await found()).transfers, [])
  await world.mine(4)
  const {
    transfers: [one],
  } = await found()
  const height = one?.block?.height ?? 0
  const { safeHeight, finalHeight } = await adapter.tips()
  assert.ok(safeHeight < height && finalHeight < height)
  await world.mine(30)
  assert.ok((await adapter.tips()).finalHeight >= height)
})

/** Seen to fail with every block that a node lacks taken for one that the chain skipped. */
test('a node that lost a block never makes the chain look forked', async () => {
  await using world = await startSolanaWorld()
  await using proxy = await throughProxy(world)
  const { adapter } = proxy
  await world.mine(5)
  const { latest } = await adapter.tips()
  const lost = latest.height - 2
  const cursor = await adapter.blockAt(lost)
  assert.ok(cursor !== undefined)
  proxy.behave(losing(lost))
  const refused = (error: unknown): boolean => isError(error, 'chain.node_refused')
  await assert.rejects(adapter.blockAt(lost), refused)
  // The cursor's own block is gone, and the next one still names it as its parent.
  const scan = await adapter.scan(cursor, watching([]), 10)
  assert.ok(scan.kind === 'blocks' && scan.blocks.length === 2)
  const below = await adapter.blockAt(lost - 1)
  assert.ok(below !== undefined)
  await assert.rejects(adapter.scan(below, watching([]), 10), (error) =>
    isError(error, 'chain.node_unsettled'),
  )
})

/** A node that was started from a snapshot, and has one block less than the chain. */
const losing =
  (lost: number): Fault =>
  async ({ method, params }, forward) => {
    const [slot] = params
    if (method === 'getBlock' && slot === lost) {
      return refusal(-32_007, 'Slot was skipped, or missing due to ledger jump to recent snapshot')
    }
    if (method !== 'getBlocksWithLimit') return forward()
    const [, count, ...more] = params
    const answer = await forward({ params: [slot, Number(count) + 1, ...more] })
    const { result: slots } = Slots.parse(JSON.parse(answer))
    return result(slots.filter((one) => one !== lost).slice(0, Number(count)))
  }

const Slots = z.object({ result: z.array(z.number()) })

test('a node that lags behind the cursor is behind, and no fork', async () => {
  await using world = await startSolanaWorld()
  await using proxy = await throughProxy(world)
  const { latest: old } = await proxy.adapter.tips()
  await world.mine(3)
  const { latest } = await proxy.adapter.tips()
  proxy.behave(async ({ method }, forward) => {
    if (method === 'getSlot') return result(old.height)
    if (method !== 'getBlocksWithLimit') return forward()
    const { result: slots } = Slots.parse(JSON.parse(await forward()))
    return result(slots.filter((one) => one <= old.height))
  })
  await assert.rejects(proxy.adapter.scan(latest, watching([]), 10), (error) =>
    isError(error, 'chain.node_behind'),
  )
})

test('a node of another network than the expected is not believed', async () => {
  await using world = await startSolanaWorld()
  const { adapter } = world.connect({ genesis: 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1' })
  await assert.rejects(adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

test('a node that is replaced behind its address is asked again who it is', async () => {
  await using world = await startSolanaWorld()
  await using proxy = await throughProxy(world)
  await proxy.adapter.tips()
  proxy.behave(() => Promise.resolve('hang up'))
  await assert.rejects(proxy.adapter.tips(), (error) => isError(error, 'chain.unreachable'))
  proxy.behave(({ method }, forward) =>
    method === 'getGenesisHash'
      ? Promise.resolve(result('4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z'))
      : forward(),
  )
  await assert.rejects(proxy.adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

test('balances of an owner count all his accounts of a token, and those alone', async () => {
  await using world = await startSolanaWorld()
  const [, token] = world.assets
  assert.ok(token !== undefined)
  const [to, other] = [newAddress(), newAddress()]
  const sending = { to, asset: token, units: units(700n) }
  await world.send('normal', [sending, sending, { ...sending, to: other }])
  await world.mine(1)
  const { latest } = await world.adapter.tips()
  assert.equal(await world.adapter.balanceOf(to, token, latest.height), 1_400n)
  assert.equal(await world.adapter.balanceOf(other, token, latest.height), 700n)
  assert.equal(await world.adapter.balanceOf(other, COIN, latest.height), 0n)
})

/** Seen to fail with the newest slot taken for that of the newest block. */
test('a block that the node still writes down is looked at later', async () => {
  await using world = await startSolanaWorld()
  await using proxy = await throughProxy(world)
  const { latest: start } = await proxy.adapter.tips()
  await world.mine(3)
  const writing = start.height + 3
  proxy.behave(({ method, params }, forward) =>
    method === 'getBlock' && params[0] === writing
      ? Promise.resolve(refusal(-32_004, `Block not available for slot ${writing}`))
      : forward(),
  )
  assert.equal((await proxy.adapter.tips()).latest.height, writing - 1)
  const scan = await proxy.adapter.scan(start, watching([]), 10)
  assert.ok(scan.kind === 'blocks')
  assert.deepEqual(
    scan.blocks.map((one) => one.height),
    [writing - 2, writing - 1],
  )
  proxy.behave(undefined)
  assert.equal((await proxy.adapter.tips()).latest.height, writing)
})
