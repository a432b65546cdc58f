import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  regtestSending,
  senderOf,
  startBitcoinSendingWorld,
} from '../../../test/bitcoin-sending-world.ts'
import { BTC, startBitcoinWorld } from '../../../test/bitcoin-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import { requestOf, richKey, signedFor, somePayment } from '../contract-sending-play.suite.ts'
import { meaningOf } from './refusals.ts'

/** Planted faults: rewards reported in their own block, and balances that count unripe ones. */
test('what a miner pays us arrives when it can be spent, and goes with the block that let it', async () => {
  await using world = await startBitcoinWorld()
  const { adapter, standIn } = world
  const to = world.newAddress()
  const { latest: start } = await adapter.tips()
  standIn.control.mineTo(to)
  await world.mine(98)
  const look = () => scanToTip(adapter, start, { watch: watching([to]), blocksMax: 40 })
  assert.deepEqual((await look()).transfers, [])
  assert.equal(await adapter.balanceOf(to, BTC, start.height + 99), 0n)
  await world.mine(1)
  const ripe = await adapter.blockAt(start.height + 100)
  const [found, ...more] = (await look()).transfers
  assert.deepEqual([found?.units, found?.block, more.length], [5_000_000_000n, ripe, 0])
  assert.equal(await adapter.balanceOf(to, BTC, start.height + 100), 5_000_000_000n)
  assert.equal(await adapter.balanceOf(to, BTC, start.height + 99), 0n)
  await world.reorg(1, [])
  const [again] = (await look()).transfers
  assert.equal(again?.txHash, found?.txHash)
  assert.deepEqual(again?.block, await adapter.blockAt(start.height + 100))
  assert.notDeepEqual(again?.block, ripe)
})

test('what waits says whether it may be replaced, and what waits for it too', async () => {
  await using world = await startBitcoinSendingWorld('p2wpkh')
  const { adapter } = world
  const to = world.newAddress()
  const firm = await world.send('normal', [{ to, asset: BTC, units: units(1_000n) }])
  const loose = await world.send('replaceable', [{ to, asset: BTC, units: units(2_000n) }])
  const waiting = await adapter.pending(watching([to]))
  const said = new Map(waiting.map((one) => [one.txHash, one.replaceable]))
  assert.deepEqual([said.get(firm), said.get(loose)], [false, true])
  await world.replace(loose)
  const left = await adapter.pending(watching([to]))
  assert.deepEqual(
    left.map((one) => one.txHash),
    [firm],
  )
})

test('a payment replaces itself with more of the same coins, and takes others when they run short', async () => {
  await using world = await startBitcoinSendingWorld('p2wpkh')
  const key = world.newKey()
  await world.fund(key.address, BTC, units(20_000n))
  await world.fund(key.address, BTC, units(30_000n))
  const payment = { ...somePayment(world), units: units(29_000n) }
  const request = requestOf(world, key, [payment])
  world.standIn.control.knowFees(1_000n)
  const stuck = await signedFor(world, [key], request)
  assert.equal(stuck.effects.slots.length, 1)
  await world.sender.broadcast(stuck.bytes)
  world.standIn.control.knowFees(40_000n)
  const more = await world.sender.bump(stuck.bytes, request)
  assert.equal(more.effects.slots.length, 2)
  assert.ok(more.effects.slots.includes(stuck.effects.slots[0] ?? ''))
  world.standIn.control.knowFees(400_000n)
  await assert.rejects(world.sender.bump(stuck.bytes, request), (error) =>
    isError(error, 'chain.replacement_refused'),
  )
})

/** Planted fault: unspent outputs that are in no block yet free a slot for good. */
test('a slot whose coins a fork took away is free, and spent only with the block that spends it', async () => {
  await using world = await startBitcoinSendingWorld('p2tr')
  const key = world.newKey()
  const [before] = [await world.adapter.tips()]
  const funding = await world.send('normal', [
    { to: key.address, asset: BTC, units: units(100_000n) },
  ])
  await world.mine(1)
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  const [slot = ''] = signed.effects.slots
  assert.equal(slot, `input:${funding}:0`)
  await world.reorg(1, [funding])
  await world.mine(8)
  assert.equal(await world.sender.slotState(slot), 'free')
  assert.ok((await world.adapter.tips()).finalHeight > before.latest.height)
})

test('rates follow the node within limits, and the dust of a change goes to the fee', async () => {
  await using world = await startBitcoinSendingWorld('p2wpkh')
  const { control } = world.standIn
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  const feeAtRate = async (perKilobyte: bigint | undefined): Promise<bigint> => {
    control.knowFees(perKilobyte)
    return (await world.sender.estimate(request)).fee
  }
  const fallback = await feeAtRate(undefined)
  assert.equal(await feeAtRate(10_000n), fallback)
  assert.equal(await feeAtRate(20_000n), fallback * 2n)
  assert.equal(await feeAtRate(1n), await feeAtRate(1_000n))
  assert.equal(await feeAtRate(10n ** 9n), await feeAtRate(1_000_000n))
  control.knowFees(1_000n)
  const least = await world.sender.estimate(request)
  const nearly = { ...somePayment(world), units: units(world.plenty - least.fee - 200n) }
  const { effects, change } = await world.sender.build(requestOf(world, key, [nearly]))
  assert.deepEqual([effects.moves.length, change], [1, undefined])
  assert.equal(effects.feeMax, least.fee + 200n)
})

/** Planted fault: the bytes not counted. */
test('of coins whose proofs are long everything takes several transactions, and leaves nothing', async () => {
  await using world = await startBitcoinSendingWorld('p2wpkh')
  const key = world.newKey()
  const others = Array.from({ length: 600 }, () => ({ to: world.newAddress(), value: 1_000n }))
  const mine = Array.from({ length: 60 }, () => ({ to: key.address, value: 50_000n }))
  world.standIn.control.pay([...others, ...mine], false)
  await world.mine(1)
  const payment = { ...somePayment(world), units: units(1_000n) }
  const request = { ...requestOf(world, key, [payment]), everything: true }
  const taken: number[] = []
  while (taken.length < 3) {
    const signed = await signedFor(world, [key], request)
    assert.ok(signed.bytes.length < 1_050_000)
    assert.deepEqual(await world.sender.broadcast(signed.bytes), { kind: 'accepted' })
    taken.push(signed.effects.slots.length)
    if (taken.reduce((sum, one) => sum + one) === mine.length) break
  }
  assert.ok(taken.length > 1 && taken.reduce((sum, one) => sum + one) === mine.length)
  await world.mine(1)
  const { latest } = await world.adapter.tips()
  assert.equal(await world.adapter.balanceOf(key.address, BTC, latest.height), 0n)
})

test('coins may come from an index of the operator’s own', async () => {
  await using world = await startBitcoinSendingWorld('p2wpkh')
  const key = await richKey(world)
  const asked: string[] = []
  const sender = senderOf(
    world.connect({
      coinSource: (keys) => {
        asked.push(...keys.map((one) => one.address))
        return Promise.resolve([])
      },
    }),
  )
  const request = requestOf(world, key, [somePayment(world)])
  await assert.rejects(sender.build(request), (e) => isError(e, 'chain.insufficient_funds'))
  assert.deepEqual(asked, [key.address])
  assert.equal(regtestSending('p2tr').paymentsMax, world.paymentsMax)
})

test('refusals are told by their meaning, in the words of old nodes and new ones', () => {
  const meaning = (code: number, message: string): string => {
    const verdict = meaningOf({ code, message })
    return verdict.kind === 'refused' ? verdict.reason : verdict.kind
  }
  assert.equal(meaning(-27, 'Transaction already in block chain'), 'accepted')
  assert.equal(meaning(-27, 'Transaction outputs already in utxo set'), 'accepted')
  assert.equal(meaning(-26, 'txn-already-in-mempool'), 'accepted')
  assert.equal(meaning(-25, 'bad-txns-inputs-missingorspent'), 'slot_taken')
  assert.equal(meaning(-25, 'Missing inputs'), 'slot_taken')
  assert.equal(meaning(-26, 'txn-mempool-conflict'), 'slot_taken')
  assert.equal(meaning(-26, 'insufficient fee, rejecting replacement ab'), 'underpriced')
  assert.equal(meaning(-26, 'min relay fee not met, 100 < 110'), 'underpriced')
  assert.equal(meaning(-26, 'mempool min fee not met, 100 < 110'), 'underpriced')
  assert.equal(meaning(-26, 'dust'), 'invalid')
  assert.equal(meaning(-26, 'mandatory-script-verify-flag-failed (…)'), 'invalid')
  assert.equal(meaning(-22, 'TX decode failed'), 'invalid')
})
