import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { units } from '../money/units.ts'
import type { BlockRef } from './contract.ts'
import {
  comparable,
  follow,
  identity,
  scanToTip,
  sumOf,
  watching,
  type Followed,
} from './contract-follow.suite.ts'
import type { AdapterWorld, AdapterWorldMaker } from './contract-world.suite.ts'

/** What the best chain's change of mind must look like. */
export function forkTests({ make, propertyRuns }: AdapterWorldMaker): void {
  /** Seen to fail with a cursor that is judged by its height alone. */
  test('a fork that drops a deposit takes it away', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const to = world.newAddress()
      const how = { watch: watching([to]), blocksMax: 500 }
      const { latest: start } = await world.adapter.tips()
      const txHash = await world.send('normal', [{ to, asset, units: units(1_000n) }])
      await world.mine(2)
      const { latest: cursor } = await world.adapter.tips()
      assert.equal((await scanToTip(world.adapter, start, how)).transfers.length, 1)
      await world.reorg(2, [txHash])
      assert.deepEqual(await world.adapter.scan(cursor, how.watch, 10), { kind: 'forked' })
      await world.mine(1)
      const after = await scanToTip(world.adapter, start, how)
      assert.deepEqual(after.transfers, [])
      const { latest } = await world.adapter.tips()
      assert.equal(await world.adapter.balanceOf(to, asset, latest.height), 0n)
      assert.deepEqual(await world.adapter.pending(how.watch), [])
    }
  })

  test('a fork that mines a deposit in another block keeps its identity', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const to = world.newAddress()
      const how = { watch: watching([to]), blocksMax: 500 }
      const { latest: start } = await world.adapter.tips()
      await world.send('normal', [{ to, asset, units: units(1_000n) }])
      await world.mine(3)
      const [before] = (await scanToTip(world.adapter, start, how)).transfers
      await world.reorg(3, [])
      await world.mine(1)
      const [after, ...more] = (await scanToTip(world.adapter, start, how)).transfers
      assert.ok(before !== undefined && after !== undefined && more.length === 0)
      assert.equal(identity(after), identity(before))
      assert.notEqual(after.block?.hash, before.block?.hash)
    }
  })

  test('blocks below a fork stay, blocks above it are others', async () => {
    await using world = await make()
    await world.mine(5)
    const { latest } = await world.adapter.tips()
    const heights = [0, 1, 2, 3, 4].map((below) => latest.height - below)
    const before = await blocksAt(world, heights)
    await world.reorg(3, [])
    const after = await blocksAt(world, heights)
    assert.deepEqual(
      heights.map((_, place) => before[place]?.hash === after[place]?.hash),
      [false, false, false, true, true],
    )
  })

  /**
   * Seen to fail with a window that begins with the cursor's block, with blocks that a fork leaves
   * unchanged, and with balances that count what still waits.
   */
  test('whatever blocks and forks come, a follower ends with what a fresh scan finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 25 }), async (steps) => {
        await using world = await make()
        await playAndFollow(world, steps)
      }),
      { numRuns: propertyRuns },
    )
  })
}

const blocksAt = (world: AdapterWorld, heights: readonly number[]) =>
  Promise.all(heights.map((height) => world.adapter.blockAt(height)))

type Step =
  | Readonly<{ do: 'mine'; blocks: number }>
  | Readonly<{ do: 'send'; asset: number; to: number; units: number }>
  | Readonly<{ do: 'fork'; depth: number; drop: readonly boolean[] }>
  | Readonly<{ do: 'look'; blocksMax: number }>

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('mine' as const), blocks: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('send' as const),
    asset: fc.nat(5),
    to: fc.nat(2),
    units: fc.integer({ min: 1, max: 1_000 }),
  }),
  fc.record({
    do: fc.constant('fork' as const),
    depth: fc.integer({ min: 1, max: 5 }),
    drop: fc.array(fc.boolean(), { maxLength: 6 }),
  }),
  fc.record({ do: fc.constant('look' as const), blocksMax: fc.integer({ min: 1, max: 4 }) }),
)

async function playAndFollow(world: AdapterWorld, steps: readonly Step[]): Promise<void> {
  const addresses = [world.newAddress(), world.newAddress(), world.newAddress()]
  const watch = watching(addresses)
  const { latest: start } = await world.adapter.tips()
  let known: Followed = { blocks: [start], transfers: [] }
  for (const step of steps) {
    if (step.do === 'look') known = await follow(world.adapter, known, { ...step, watch })
    else await play(world, step, { start, addresses })
  }
  const adapter = await world.reopen()
  const fresh = await scanToTip(adapter, start, { watch, blocksMax: 500 })
  for (let looks = 0; looks <= steps.length * 5; looks += 1) {
    known = await follow(world.adapter, known, { watch, blocksMax: 2 })
  }
  assert.deepEqual(known.blocks, [start, ...fresh.blocks])
  assert.deepEqual(comparable(known.transfers), comparable(fresh.transfers))
  const { latest } = await world.adapter.tips()
  for (const to of addresses) {
    for (const asset of world.assets) {
      const balance = await adapter.balanceOf(to, asset, latest.height)
      assert.equal(balance, sumOf(known.transfers, { to, asset }))
    }
  }
}

async function play(
  world: AdapterWorld,
  step: Exclude<Step, { do: 'look' }>,
  at: Readonly<{ start: BlockRef; addresses: readonly string[] }>,
): Promise<void> {
  switch (step.do) {
    case 'mine':
      return world.mine(step.blocks)
    case 'send': {
      const asset = world.assets[step.asset % world.assets.length] ?? world.assets[0]
      const to = at.addresses[step.to] ?? ''
      await world.send('normal', [{ to, asset, units: units(BigInt(step.units)) }])
      return
    }
    case 'fork': {
      const { latest } = await world.adapter.tips()
      const depth = Math.min(step.depth, latest.height - at.start.height)
      if (depth > 0) await world.reorg(depth, await chosen(world, { ...step, depth }, at))
    }
  }
}

/** The transactions to our addresses in the last blocks that the fork shall drop. */
async function chosen(
  world: AdapterWorld,
  fork: Readonly<{ depth: number; drop: readonly boolean[] }>,
  at: Readonly<{ addresses: readonly string[] }>,
): Promise<readonly string[]> {
  const { latest } = await world.adapter.tips()
  const below = await world.adapter.blockAt(latest.height - fork.depth)
  assert.ok(below !== undefined)
  const how = { watch: watching(at.addresses), blocksMax: 500 }
  const { transfers } = await scanToTip(world.adapter, below, how)
  const txHashes = [...new Set(transfers.map((one) => one.txHash))]
  return txHashes.filter((_, place) => fork.drop[place] === true)
}
