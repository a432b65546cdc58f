import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import type { BlockRef } from './contract.ts'
import { comparable, scanToTip, sumOf, watching } from './contract-follow.suite.ts'
import type { AdapterWorld, AdapterWorldMaker } from './contract-world.suite.ts'

type Played = Readonly<{ start: BlockRef; addresses: readonly string[] }>

/** Some blocks with and without deposits to two addresses, in every asset. */
async function playSome(world: AdapterWorld): Promise<Played> {
  const { latest: start } = await world.adapter.tips()
  const addresses = [world.newAddress(), world.newAddress()] as const
  for (let round = 0; round < 4; round += 1) {
    for (const asset of world.assets) {
      const to = addresses[round % 2 === 0 ? 0 : 1]
      await world.send('normal', [{ to, asset, units: units(100n + BigInt(round)) }])
    }
    await world.mine(1 + (round % 3))
  }
  return { start, addresses }
}

/** What looking at blocks must be like. */
export function scanTests({ make }: AdapterWorldMaker): void {
  /** Seen to fail with a window that begins with the cursor's block, and with one too large. */
  test('a scan in small windows finds what one large scan finds', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const watch = watching(addresses)
    const whole = await scanToTip(world.adapter, start, { watch, blocksMax: 500 })
    assert.equal(whole.transfers.length, 4 * world.assets.length)
    for (const blocksMax of [1, 2, 3]) {
      const windows = await scanToTip(world.adapter, start, { watch, blocksMax })
      assert.deepEqual(windows.blocks, whole.blocks)
      assert.deepEqual(comparable(windows.transfers), comparable(whole.transfers))
    }
  })

  test('scanning again finds the same', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const how = { watch: watching(addresses), blocksMax: 3 }
    const first = await scanToTip(world.adapter, start, how)
    assert.deepEqual(await scanToTip(world.adapter, start, how), first)
  })

  test('a restart in the middle of a scan loses and doubles nothing', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const watch = watching(addresses)
    const whole = await scanToTip(world.adapter, start, { watch, blocksMax: 500 })
    const before = await world.adapter.scan(start, watch, 2)
    assert.ok(before.kind === 'blocks')
    const adapter = await world.reopen()
    const last = before.blocks.at(-1) ?? start
    const after = await scanToTip(adapter, last, { watch, blocksMax: 500 })
    assert.deepEqual([...before.blocks, ...after.blocks], whole.blocks)
    assert.deepEqual(
      comparable([...before.transfers, ...after.transfers]),
      comparable(whole.transfers),
    )
  })

  test('blocks come without a gap, and are those of the best chain', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const how = { watch: watching(addresses), blocksMax: 3 }
    const { blocks, transfers } = await scanToTip(world.adapter, start, how)
    const { latest } = await world.adapter.tips()
    const heights = blocks.map((block) => block.height)
    assert.deepEqual(heights, rangeAfter(start.height, latest.height))
    assert.deepEqual(blocks.at(-1), latest)
    for (const block of blocks) assert.deepEqual(await world.adapter.blockAt(block.height), block)
    const known = new Set(blocks.map((block) => block.hash))
    assert.ok(transfers.every((one) => one.block !== undefined && known.has(one.block.hash)))
    assert.equal(await world.adapter.blockAt(latest.height + 1), undefined)
  })

  test('a cursor that is not on the chain is answered with a fork', async () => {
    await using world = await make()
    const { latest } = await world.adapter.tips()
    const watch = watching([world.newAddress()])
    const madeUp = latest.hash.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
    for (const cursor of [
      { ...latest, hash: madeUp },
      { ...latest, height: latest.height + 3 },
    ]) {
      assert.deepEqual(await world.adapter.scan(cursor, watch, 10), { kind: 'forked' })
    }
    const atTip = await world.adapter.scan(latest, watch, 10)
    assert.deepEqual(atTip, { kind: 'blocks', blocks: [], transfers: [] })
  })

  test('the balance at each height is the sum of the transfers up to it', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const how = { watch: watching(addresses), blocksMax: 500 }
    const { blocks, transfers } = await scanToTip(world.adapter, start, how)
    for (const { height } of [start, ...blocks]) {
      const sofar = transfers.filter((one) => one.block !== undefined && one.block.height <= height)
      for (const to of addresses) {
        for (const asset of world.assets) {
          const balance = await world.adapter.balanceOf(to, asset, height)
          assert.equal(balance, sumOf(sofar, { to, asset }), `${asset} of ${to} at ${height}`)
        }
      }
    }
  })

  test('a node that is down is unreachable for every look, and nothing is lost by it', async () => {
    await using world = await make()
    const { start, addresses } = await playSome(world)
    const watch = watching(addresses)
    const { adapter, assets } = world
    const before = await scanToTip(adapter, start, { watch, blocksMax: 500 })
    await world.halt(true)
    const looks: readonly (() => Promise<unknown>)[] = [
      () => adapter.tips(),
      () => adapter.blockAt(start.height),
      () => adapter.scan(start, watch, 10),
      () => adapter.pending(watch),
      () => adapter.balanceOf(addresses[0] ?? '', assets[0], start.height),
    ]
    for (const look of looks) {
      await assert.rejects(look, (error) => isError(error, 'chain.unreachable'))
    }
    await world.halt(false)
    assert.deepEqual(await scanToTip(adapter, start, { watch, blocksMax: 500 }), before)
  })
}

const rangeAfter = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, place) => from + 1 + place)
