import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { simulatedChain } from '../../../test/simulated-chain.ts'
import { testDatabase } from '../../../test/database.ts'
import { isError } from '../../errors/app-error.ts'
import { assetsOn, networks } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import type { SendRequest, SigningKey } from '../contract-sending.ts'
import { addressOf } from './address.ts'
import { readSpend, simulatedCodec, writeSpend } from './codec.ts'
import { simulatedSender } from './sender.client.ts'

const SPEED = 'normal'
const FEE_MAX = units(1_000_000n)

async function world(network = 'BNB Chain') {
  const database = await testDatabase()
  const { ctx, node, adapter, clock } = await simulatedChain(database, { network })
  await node.behave({ autoMine: false })
  const { chain, family } = ctx.network
  const keys = [1, 2, 3].map((byte): SigningKey => {
    const privateKey = new Uint8Array(32).fill(byte)
    return { privateKey, address: addressOf(family, secp256k1.getPublicKey(privateKey, true)) }
  })
  const [own, other, third] = keys.map(({ address }, place) => ({ address, path: `m/${place}` }))
  const [coin, token = coin] = assetsOn(chain).map((asset) => asset.id)
  assert.ok(own && other && third && coin && token)
  const sender = simulatedSender(ctx)
  const pay = (amount: bigint, change: Partial<SendRequest> = {}): SendRequest => ({
    from: [own],
    payments: [{ to: other.address, asset: coin, units: units(amount) }],
    speed: SPEED,
    feeMax: FEE_MAX,
    ...change,
  })
  const fund = async (asset = coin, amount = 10_000_000n, to = own.address): Promise<void> => {
    await node.send('normal', [{ to, asset, units: units(amount) }])
    await node.mine(1)
  }
  const signed = async (request: SendRequest) => {
    const { bytes } = await sender.build(request)
    return simulatedCodec.sign(chain, bytes, keys)
  }
  const height = async (): Promise<number> => (await adapter.tips()).latest.height
  const balance = async (address: string, asset = coin): Promise<bigint> =>
    adapter.balanceOf(address, asset, await height())
  return {
    ...{ node, adapter, clock, chain, keys, own, other, third, coin, token, sender },
    ...{ pay, fund, signed, balance },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** Planted faults: the fee is not moved; every broadcast is taken as a new transaction. */
test('a payment leaves the sender with its amount and its fee, however often it is broadcast', async () => {
  await using w = await world()
  await w.fund()
  const tx = await w.signed(w.pay(4_000_000n))
  const { fee } = await w.sender.estimate(w.pay(1n))
  for (let turn = 0; turn < 3; turn += 1) {
    assert.deepEqual(await w.sender.broadcast(tx.bytes), { kind: 'accepted' })
  }
  assert.deepEqual(await w.sender.lookUp(tx.txHash), { kind: 'waiting' })
  await w.node.mine(1)
  const found = await w.sender.lookUp(tx.txHash)
  assert.ok(found.kind === 'mined' && found.succeeded)
  assert.equal(found.fee, fee)
  assert.deepEqual(await w.adapter.blockAt(found.block.height), found.block)
  assert.deepEqual(await w.sender.broadcast(tx.bytes), { kind: 'accepted' })
  assert.equal(await w.balance(w.other.address), 4_000_000n)
  assert.equal(await w.balance(w.own.address), 6_000_000n - fee)
})

test('a nonce is spent for good when the block of its transaction is final', async () => {
  await using w = await world()
  await w.fund()
  const tx = await w.signed(w.pay(1n))
  const [slot = ''] = simulatedCodec.explainSigned(w.chain, tx.bytes).effects.slots
  await w.sender.broadcast(tx.bytes)
  await w.node.mine(1)
  assert.equal(await w.sender.slotState(slot), 'free')
  await w.node.mine(20)
  assert.equal(await w.sender.slotState(slot), 'spent')
})

/** Planted fault: rivals of a replacement stay in the mempool. */
test('of a stuck transaction and its replacement exactly one is mined', async () => {
  await using w = await world()
  await w.fund()
  const stuck = await w.signed(w.pay(5n))
  await w.sender.broadcast(stuck.bytes)
  await w.node.behave({ fee: units(50_000n) })
  await w.node.mine(3)
  assert.deepEqual(await w.sender.lookUp(stuck.txHash), { kind: 'waiting' })
  const next = await w.sender.bump(stuck.bytes, w.pay(5n))
  assert.deepEqual(
    next.effects.slots,
    simulatedCodec.explainSigned(w.chain, stuck.bytes).effects.slots,
  )
  const bumped = simulatedCodec.sign(w.chain, next.bytes, w.keys)
  assert.deepEqual(await w.sender.broadcast(bumped.bytes), { kind: 'accepted' })
  await w.node.mine(1)
  assert.equal((await w.sender.lookUp(bumped.txHash)).kind, 'mined')
  assert.equal((await w.sender.lookUp(stuck.txHash)).kind, 'unknown')
  const again = await w.sender.broadcast(stuck.bytes)
  assert.equal(again.kind === 'refused' && again.reason, 'underpriced')
  assert.equal(await w.balance(w.other.address), 5n)
  await assert.rejects(w.sender.bump(stuck.bytes, w.pay(5n)), (error) =>
    isError(error, 'chain.replacement_refused'),
  )
})

test('what was forgotten, dropped or taken back by a fork comes in with the same bytes', async () => {
  await using w = await world()
  await w.fund()
  const tx = await w.signed(w.pay(7n))
  await w.node.behave({ forgetBroadcasts: true })
  assert.deepEqual(await w.sender.broadcast(tx.bytes), { kind: 'accepted' })
  assert.deepEqual(await w.sender.lookUp(tx.txHash), { kind: 'unknown' })
  await w.node.behave({ forgetBroadcasts: false })
  await w.sender.broadcast(tx.bytes)
  await w.node.mine(1)
  await w.node.reorg(1, [tx.txHash])
  assert.deepEqual(await w.sender.lookUp(tx.txHash), { kind: 'unknown' })
  assert.equal(await w.balance(w.other.address), 0n)
  assert.deepEqual(await w.sender.broadcast(tx.bytes), { kind: 'accepted' })
  await w.node.mine(1)
  assert.equal(await w.balance(w.other.address), 7n)
})

test('a node that refuses or is silent takes nothing', async () => {
  await using w = await world()
  await w.fund()
  const tx = await w.signed(w.pay(7n))
  await w.node.behave({ refuseBroadcasts: true })
  assert.equal((await w.sender.broadcast(tx.bytes)).kind, 'refused')
  await w.node.behave({ halt: true })
  await assert.rejects(w.sender.broadcast(tx.bytes), (error) => isError(error, 'chain.unreachable'))
  await w.node.behave({ halt: false, refuseBroadcasts: false })
  assert.deepEqual(await w.sender.lookUp(tx.txHash), { kind: 'unknown' })
})

test('nobody sends what he does not have, nor pays more for it than he allows', async () => {
  await using w = await world()
  const short = { chain: 'chain.insufficient_funds' } as const
  await assert.rejects(w.sender.build(w.pay(1n)), (error) => isError(error, short.chain))
  await w.fund()
  const tx = await w.signed(w.pay(9_000_000n))
  const twin = await w.signed(w.pay(8_000_000n))
  await w.sender.broadcast(tx.bytes)
  await w.node.mine(1)
  const late = await w.sender.broadcast(twin.bytes)
  assert.equal(late.kind === 'refused' && late.reason, 'slot_taken')
  const dear = w.pay(1n, { feeMax: units(1n) })
  await assert.rejects(w.sender.build(dear), (error) => isError(error, 'chain.fee_above_limit'))
  const astray = w.pay(1n, { payments: [{ to: 'nowhere', asset: w.coin, units: units(1n) }] })
  await assert.rejects(w.sender.build(astray), (error) =>
    isError(error, 'chain.payment_not_possible'),
  )
})

test('a sweep of several addresses leaves none of the asset behind', async () => {
  await using w = await world()
  await w.fund()
  await w.fund(w.token, 30n, w.other.address)
  await w.fund(w.token, 12n, w.third.address)
  const request = w.pay(40n, {
    from: [w.own, w.other, w.third],
    payments: [{ to: w.own.address, asset: w.token, units: units(40n) }],
    everything: true,
  })
  const tx = await w.signed(request)
  await w.sender.broadcast(tx.bytes)
  await w.node.mine(1)
  assert.equal(await w.balance(w.own.address, w.token), 42n)
  assert.equal(await w.balance(w.third.address, w.token), 0n)
})

test('on every network a payment can be built, signed, sent and explained', async () => {
  for (const { name } of networks.filter(({ local }) => !local)) {
    await using w = await world(name)
    await w.fund()
    const unsigned = await w.sender.build(w.pay(3n))
    assert.deepEqual(unsigned.effects.moves, [
      { from: w.own.address, to: w.other.address, asset: w.coin, units: 3n },
    ])
    const tx = simulatedCodec.sign(w.chain, unsigned.bytes, w.keys)
    assert.deepEqual(simulatedCodec.explainSigned(w.chain, tx.bytes), {
      txHash: tx.txHash,
      effects: unsigned.effects,
    })
    assert.equal((await w.sender.broadcast(tx.bytes)).kind, 'accepted')
  }
})

/** Planted faults: a signature is not verified; another writing of the same members is read. */
test('bytes that were touched are refused, or say what they now do', () => {
  const chain = networks[2]?.chain
  const asset = networks[2]?.native
  assert.ok(chain && asset)
  const key = { privateKey: new Uint8Array(32).fill(9), address: '' }
  const address = addressOf('eip155', secp256k1.getPublicKey(key.privateKey, true))
  const spend = {
    chain,
    senders: [{ address, nonce: 4 }],
    fee: units(1_000n),
    transfers: [{ from: address, to: address, asset, units: units(12_345n) }],
  }
  const unsigned = writeSpend(spend)
  const { bytes } = simulatedCodec.sign(chain, unsigned, [{ ...key, address }])
  assert.deepEqual(readSpend(chain, unsigned), spend)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const touched = bytes.with(place, (bytes[place] ?? 0) ^ flip)
      assert.throws(
        () => simulatedCodec.explainSigned(chain, touched),
        (error) => isError(error, 'chain.transaction_not_readable'),
      )
    }),
  )
})
