import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBitcoinKey, regtestSending } from '../../../test/bitcoin-sending-world.ts'
import {
  BTC,
  optionsFor,
  startBitcoinWorld,
  type BitcoinWorld,
} from '../../../test/bitcoin-world.ts'
import { refusal, result, startFaultyRpc, type Fault } from '../../../test/faulty-rpc.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import type { BlockRef } from '../contract.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import type { ManyNodes } from '../node/many-nodes.ts'
import { connectBitcoin } from './adapter.ts'

/** A chain behind a proxy in which answers go wrong. */
async function behind(world: BitcoinWorld, fault: Fault | undefined) {
  const proxy = await startFaultyRpc(world.standIn.url)
  proxy.behave(fault)
  const connected = connectBitcoin({ clock: systemClock }, optionsFor(proxy.url))
  return { ...connected, proxy, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

async function paidOnce(world: BitcoinWorld) {
  const { latest: start } = await world.adapter.tips()
  const to = world.newAddress()
  const txHash = await world.send('normal', [{ to, asset: BTC, units: units(5_000n) }])
  await world.mine(1)
  return { start, to, txHash }
}

const scanAll = ({ adapter }: Pick<ManyNodes, 'adapter'>, from: BlockRef, to: string) =>
  adapter.scan(from, watching([to]), 50)

/** Planted faults: the hash of a block not compared, and the root over its transactions. */
test('a block that is not what its hash says is no block', async () => {
  await using world = await startBitcoinWorld()
  const { start, to } = await paidOnce(world)
  const old = await world.adapter.blockAt(start.height)
  assert.ok(old !== undefined)
  await using other = await behind(world, ({ method, params }, forward) =>
    method === 'getblock' && params[1] === 0 ? forward({ params: [old.hash, 0] }) : forward(),
  )
  await assert.rejects(scanAll(other, start, to), (e) => isError(e, 'chain.answer_unusable'))
  await using richer = await behind(world, async ({ method, params }, forward) => {
    const answer = await forward()
    const amount = '8813000000000000160014'
    const more = '8814000000000000160014'
    return method === 'getblock' && params[1] === 0 ? answer.replace(amount, more) : answer
  })
  await assert.rejects(scanAll(richer, start, to), (e) => isError(e, 'chain.answer_unusable'))
})

test('a waiting transaction that is not the one asked for is not believed', async () => {
  await using world = await startBitcoinWorld()
  const to = world.newAddress()
  const one = await world.send('normal', [{ to, asset: BTC, units: units(5_000n) }])
  const two = await world.send('normal', [{ to, asset: BTC, units: units(6_000n) }])
  await using liar = await behind(world, ({ method, params }, forward) =>
    method === 'getrawtransaction' && params[0] === one ? forward({ params: [two, 0] }) : forward(),
  )
  await assert.rejects(liar.adapter.pending(watching([to])), (e) =>
    isError(e, 'chain.answer_unusable'),
  )
})

test('a node of another network is not asked anything else', async () => {
  await using world = await startBitcoinWorld()
  const main = connectBitcoin(
    { clock: systemClock },
    { ...optionsFor(world.standIn.url), network: 'mainnet' },
  )
  await assert.rejects(main.adapter.tips(), (e) => isError(e, 'chain.wrong_network'))
})

/** Planted fault: the last block not looked at again. */
test('a fork in the middle of a scan shows in none of its answers', async () => {
  await using world = await startBitcoinWorld()
  const { start, to, txHash } = await paidOnce(world)
  await world.mine(2)
  let forked = false
  await using chain = await behind(world, async ({ method }, forward) => {
    const answer = await forward()
    if (method === 'getblock' && !forked) {
      forked = true
      await world.reorg(3, [txHash])
      await world.mine(1)
    }
    return answer
  })
  const found = await scanToTip(chain.adapter, start, { watch: watching([to]), blocksMax: 50 })
  assert.deepEqual(found.transfers, [])
  assert.deepEqual(found.blocks.at(-1), (await world.adapter.tips()).latest)
})

test('a node that is shorter than what is known lags behind, and has not forked', async () => {
  await using world = await startBitcoinWorld()
  await world.mine(5)
  const { latest } = await world.adapter.tips()
  await using young = await startBitcoinWorld()
  await assert.rejects(scanAll(young, latest, ''), (e) => isError(e, 'chain.node_behind'))
})

test('one question per block says what of it is ours', async () => {
  await using world = await startBitcoinWorld()
  const { start, to } = await paidOnce(world)
  await world.mine(1)
  const asked: (readonly string[])[] = []
  const ours = (met: readonly string[]) => {
    asked.push(met)
    return Promise.resolve(new Set(met.filter((one) => one === to)))
  }
  const watch = { ours, expecting: () => Promise.resolve([]) }
  const scan = await world.adapter.scan(start, watch, 50)
  assert.ok(scan.kind === 'blocks' && scan.transfers.length === 1)
  assert.equal(asked.length, scan.blocks.length)
})

test('a node without an index of transactions finds them by their outputs, and frees no slot', async () => {
  await using world = await startBitcoinWorld()
  const { to, txHash } = await paidOnce(world)
  await using bare = await behind(world, ({ method, params }, forward) =>
    method === 'getrawtransaction' && params[2] === undefined
      ? Promise.resolve(refusal(-5, 'No such mempool transaction. Use -txindex'))
      : forward(),
  )
  assert.ok(bare.sender !== undefined)
  const state = await bare.sender.lookUp(txHash)
  assert.ok(state.kind === 'mined' && state.fee > 0n)
  assert.deepEqual(state, await world.connect().sender?.lookUp(txHash))
  const unknown = `input:${'ab'.repeat(32)}:0`
  assert.equal(await bare.sender.slotState(unknown), 'free')
  assert.equal(await bare.sender.slotState(`input:${txHash}:0`), 'free')
  assert.ok(to !== '')
})

test('a node that is starting has taken nothing, and refused nothing', async () => {
  await using world = await startBitcoinWorld()
  const key = newBitcoinKey('p2wpkh')
  await world.send('normal', [{ to: key.address, asset: BTC, units: units(100_000n) }])
  await world.mine(1)
  let isStarting = false
  await using chain = await behind(world, ({ method }, forward) =>
    isStarting && method === 'sendrawtransaction'
      ? Promise.resolve(refusal(-28, 'Loading block index…'))
      : forward(),
  )
  const { sender } = chain
  assert.ok(sender !== undefined)
  const payment = { to: world.newAddress(), asset: BTC, units: units(50_000n) }
  const own = { path: key.path, address: key.address }
  const unsigned = await sender.build({
    ...{ from: [own], payments: [payment], speed: 'normal' },
    feeMax: units(10_000n),
  })
  const signed = regtestSending('p2wpkh').codec.sign(unsigned.chain, unsigned.bytes, [key])
  isStarting = true
  await assert.rejects(sender.broadcast(signed.bytes), (e) => isError(e, 'chain.unreachable'))
  isStarting = false
  chain.proxy.behave(({ method }, forward) =>
    method === 'sendrawtransaction' ? Promise.resolve(result('cd'.repeat(32))) : forward(),
  )
  assert.deepEqual(await sender.broadcast(signed.bytes), { kind: 'accepted' })
})
