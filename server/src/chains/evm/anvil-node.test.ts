import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkNamed } from '../../../test/simulated-chain.ts'
import { startEvmWorld } from '../../../test/evm-world.ts'
import { isError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { assetsOn } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import type { SendKind } from '../sandbox-node.ts'
import { createAnvilNode } from './anvil-node.client.ts'

const network = networkNamed('Anvil')
const [coin, dollar] = assetsOn(network.chain)
assert.ok(coin !== undefined && dollar !== undefined)

/** A real node that mines only when told, what the sandbox does with it, and what we see of it. */
async function open() {
  const world = await startEvmWorld()
  const node = createAnvilNode({ clock: systemClock }, { network, url: world.play.anvil.url })
  const { latest: start } = await world.adapter.tips()
  const to = world.newAddress()
  const pay = (kind: SendKind, asset = coin) =>
    node.send(kind, [{ to, asset: asset?.id ?? dollarId, units: units(2_000n) }])
  const arrived = async () => {
    const how = { watch: watching([to]), blocksMax: 50 }
    const { transfers } = await scanToTip(world.adapter, start, how)
    return transfers.map((one) => [one.txHash, one.asset, one.units])
  }
  return { world, node, start, to, pay, arrived }
}
const dollarId = dollar.id

test('coins, tokens and coins moved by a contract arrive on a real node; a fake does not', async () => {
  const { world, node, pay, arrived } = await open()
  await using _ = world
  const sent = [await pay('normal'), await pay('normal', dollar), await pay('internal')]
  await pay('fake_token', dollar)
  const tip = await node.mine(1)
  assert.deepEqual(tip, (await world.adapter.tips()).latest)
  const found = await arrived()
  assert.deepEqual(found.map(([, asset]) => asset).sort(), [coin.id, coin.id, dollar.id].sort())
  assert.deepEqual(found.map(([txHash]) => txHash).sort(), sent.sort())
  assert.ok(found.every(([, , amount]) => amount === 2_000n))
})

test('a fork on a real node drops what it shall and keeps the rest', async () => {
  const { world, node, pay, arrived } = await open()
  await using _ = world
  const kept = await pay('normal')
  await node.mine(1)
  const dropped = await pay('normal', dollar)
  const { hash, height } = await node.mine(1)
  const waiting = await pay('normal')
  const tip = await node.reorg(2, [dropped, waiting])
  assert.equal(tip.height, height)
  assert.notEqual(tip.hash, hash)
  await node.mine(1)
  assert.deepEqual(await arrived(), [[kept, coin.id, 2_000n]])
})

test('a waiting transaction on a real node is replaced by one to somebody else', async () => {
  const { world, node, pay, arrived } = await open()
  await using _ = world
  const txHash = await pay('replaceable')
  const other = await node.replace(txHash)
  assert.notEqual(other, txHash)
  assert.deepEqual([await node.knows(other), await node.knows('0x00')], [true, false])
  await node.mine(1)
  assert.deepEqual(await arrived(), [])
})

test('a real node mines by itself when told, and tells whether it does', async () => {
  const { world, node } = await open()
  await using _ = world
  const stopped = { autoMine: false, halt: false, lie: 'none' } as const
  assert.equal((await node.behave({})).autoMine, false)
  assert.equal((await node.behave({ autoMine: true })).autoMine, true)
  assert.equal((await node.behave(stopped)).autoMine, false)
})

test('what a real node cannot play is refused, and changes nothing', async () => {
  const { world, node, start, to, pay } = await open()
  await using _ = world
  const refuses = (code: ErrorCode, work: Promise<unknown>) =>
    assert.rejects(work, (error) => isError(error, code))
  const one = { to, asset: coin.id, units: units(1n) }
  await refuses('sandbox.kind_not_playable', pay('fee_on_transfer', dollar))
  await refuses('sandbox.kind_not_playable', node.send('normal', [one, one]))
  await refuses('sandbox.behaviour_not_playable', node.behave({ halt: true }))
  await refuses('sandbox.behaviour_not_playable', node.behave({ lie: 'blocks' }))
  await refuses('sandbox.behaviour_not_playable', node.behave({ fee: units(1n) }))
  await refuses('sandbox.reorg_too_deep', node.reorg(1_000, []))
  await refuses('sandbox.transaction_not_there', node.reorg(1, [`0x${'00'.repeat(32)}`]))
  await refuses('sandbox.transaction_not_there', node.replace('0x00'))
  assert.deepEqual((await world.adapter.tips()).latest, start)
  const mined = await pay('normal')
  await node.mine(1)
  await refuses('sandbox.not_replaceable', node.replace(mined))
})
