import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import { units, type AssetId } from '../money/units.ts'
import { levelAt } from './contract.ts'
import { identity, scanToTip, sumOf, watching } from './contract-follow.suite.ts'
import type { AdapterWorld, AdapterWorldMaker } from './contract-world.suite.ts'
import type { SendKind } from './sandbox-node.ts'

/** The public key of the secret key 1. */
const KEY = hexToBytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')
const FINAL_BLOCKS_MAX = 2_000

const wholeScan = async (world: AdapterWorld, from: number, addresses: readonly string[]) => {
  const start = await world.adapter.blockAt(from)
  assert.ok(start !== undefined)
  return scanToTip(world.adapter, start, { watch: watching(addresses), blocksMax: 500 })
}

const tipHeight = async (world: AdapterWorld): Promise<number> =>
  (await world.adapter.tips()).latest.height

/** The asset that plays a kind; a chain that has none skips the test where everyone sees it. */
function assetFor(t: TestContext, world: AdapterWorld, kind: SendKind): AssetId | undefined {
  const asset = world.kinds[kind]
  if (asset === undefined) t.skip(`this chain cannot play ${kind}`)
  return asset
}

/** What a deposit goes through, and what is no deposit. */
export function depositTests({ make }: AdapterWorldMaker): void {
  test('an address made from a public key is valid, in its canonical form', async () => {
    await using world = await make()
    const address = world.adapter.addressOf(world.publicKey ?? KEY)
    assert.deepEqual(world.adapter.checkAddress(address), { kind: 'valid', address })
  })

  test('a text that is no address of this chain is refused with a reason', async () => {
    await using world = await make()
    assert.ok(world.badAddresses.length > 0)
    for (const text of world.badAddresses) {
      const check = world.adapter.checkAddress(text)
      assert.ok(check.kind === 'invalid' && check.reason !== '', text)
    }
  })

  /** Seen to fail with everything final at once, and with mined transfers shown as waiting. */
  test('a deposit is seen in the mempool, then confirmed, safe and final', async () => {
    await using world = await make()
    for (const asset of world.assets) await followOneDeposit(world, asset)
  })

  test('several deposits in one transaction are told apart', async () => {
    await using world = await make()
    const asset = world.assets[1] ?? world.assets[0]
    const [one, other] = [world.newAddress(), world.newAddress()]
    const from = await tipHeight(world)
    const txHash = await world.send('normal', [
      { to: one, asset, units: units(1_000n) },
      { to: other, asset, units: units(2_000n) },
      { to: one, asset, units: units(3_000n) },
    ])
    await world.mine(1)
    const { transfers } = await wholeScan(world, from, [one, other])
    assert.deepEqual(transfers.map((t) => [t.txHash, t.to, t.units]).sort(byUnits), [
      [txHash, one, 1_000n],
      [txHash, other, 2_000n],
      [txHash, one, 3_000n],
    ])
    assert.equal(new Set(transfers.map((t) => t.index)).size, 3)
  })

  test('amounts from one unit to the largest are exact', async () => {
    await using world = await make()
    const from = await tipHeight(world)
    for (const asset of world.assets) {
      for (const amount of [1n, world.unitsMax - 1n, world.unitsMax]) {
        const to = world.newAddress()
        await world.send('normal', [{ to, asset, units: units(amount) }])
        await world.mine(1)
        const { transfers } = await wholeScan(world, from, [to])
        assert.deepEqual(
          transfers.map((t) => [t.asset, t.units]),
          [[asset, amount]],
        )
      }
    }
  })

  test('a token that keeps a part is reported with what arrived', async (t) => {
    await using world = await make()
    const asset = assetFor(t, world, 'fee_on_transfer')
    if (asset === undefined) return
    const to = world.newAddress()
    const from = await tipHeight(world)
    await world.send('fee_on_transfer', [{ to, asset, units: units(10_000n) }])
    await world.mine(1)
    const { transfers } = await wholeScan(world, from, [to])
    const arrived = sumOf(transfers, { to, asset })
    assert.ok(arrived > 0n && arrived < 10_000n, `${arrived} arrived`)
    assert.equal(arrived, await world.adapter.balanceOf(to, asset, from + 1))
  })

  /** Seen to fail with every asset of the chain reported. */
  test('a token that only calls itself like ours is no deposit', async (t) => {
    await using world = await make()
    const asset = assetFor(t, world, 'fake_token')
    if (asset === undefined) return
    const to = world.newAddress()
    const from = await tipHeight(world)
    await world.send('fake_token', [{ to, asset, units: units(1_000n) }])
    assert.deepEqual(await world.adapter.pending(watching([to])), [])
    await world.mine(1)
    assert.deepEqual((await wholeScan(world, from, [to])).transfers, [])
    assert.equal(await world.adapter.balanceOf(to, asset, from + 1), 0n)
  })

  test('coins that a contract moved are found, once', async (t) => {
    await using world = await make()
    const asset = assetFor(t, world, 'internal')
    if (asset === undefined) return
    const to = world.newAddress()
    const from = await tipHeight(world)
    await world.send('internal', [{ to, asset, units: units(1_000n) }])
    await world.mine(2)
    const { transfers } = await wholeScan(world, from, [to])
    assert.deepEqual(
      transfers.map((one) => [one.asset, one.units, one.block?.height]),
      [[asset, 1_000n, from + 1]],
    )
  })

  test('a transaction that was replaced or dropped never arrives', async (t) => {
    await using world = await make()
    const to = world.newAddress()
    const from = await tipHeight(world)
    const dropped = await world.send('normal', [
      { to, asset: world.assets[0], units: units(1_000n) },
    ])
    await world.drop(dropped)
    const asset = assetFor(t, world, 'replaceable')
    if (asset !== undefined) {
      await world.replace(await world.send('replaceable', [{ to, asset, units: units(2_000n) }]))
    }
    assert.deepEqual(await world.adapter.pending(watching([to])), [])
    await world.mine(2)
    assert.deepEqual((await wholeScan(world, from, [to])).transfers, [])
  })

  test('what others are paid is not reported', async () => {
    await using world = await make()
    const [ours, stranger] = [world.newAddress(), world.newAddress()]
    const from = await tipHeight(world)
    for (const asset of world.assets) {
      await world.send('normal', [{ to: stranger, asset, units: units(1_000n) }])
    }
    assert.deepEqual(await world.adapter.pending(watching([ours])), [])
    await world.mine(1)
    assert.deepEqual((await wholeScan(world, from, [ours])).transfers, [])
  })
}

async function followOneDeposit(world: AdapterWorld, asset: AssetId): Promise<void> {
  const to = world.newAddress()
  const from = await tipHeight(world)
  const txHash = await world.send('normal', [{ to, asset, units: units(1_234_567n) }])
  const waiting = await world.adapter.pending(watching([to]))
  // A token's transfer shows before it is executed only where a node can read the call.
  const isShown = world.mempool !== 'hidden' && asset === world.assets[0]
  if (isShown) assert.equal(waiting.length, 1)
  for (const one of waiting) assert.equal(one.block, undefined)
  await world.mine(1)
  const { transfers } = await wholeScan(world, from, [to])
  const [found, ...more] = transfers
  assert.ok(found !== undefined && more.length === 0, `${transfers.length} transfers of ${asset}`)
  assert.deepEqual([found.txHash, found.to, found.units], [txHash, to, 1_234_567n])
  assert.deepEqual(found.block, await world.adapter.blockAt(from + 1))
  assert.deepEqual(waiting.map(identity), waiting.length === 0 ? [] : [identity(found)])
  assert.deepEqual(await world.adapter.pending(watching([to])), [])
  await growFinal(world, from + 1)
}

/** Mines until a block is final; its level may only rise on the way. */
async function growFinal(world: AdapterWorld, height: number): Promise<void> {
  const rising = ['confirmed', 'safe', 'final']
  let level = levelAt(height, await world.adapter.tips())
  assert.equal(level, 'confirmed', 'one confirmation is neither safe nor final')
  for (let blocks = 0; level !== 'final' && blocks < FINAL_BLOCKS_MAX; blocks += 1) {
    await world.mine(1)
    const next = levelAt(height, await world.adapter.tips())
    assert.ok(rising.indexOf(next) >= rising.indexOf(level))
    level = next
  }
  assert.equal(level, 'final')
}

const byUnits = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[2]).localeCompare(String(b[2]))
