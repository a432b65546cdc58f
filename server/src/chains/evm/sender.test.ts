import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEvmSendingWorld, type EvmSendingWorld } from '../../../test/evm-sending-world.ts'
import { refusal, result, type Fault } from '../../../test/faulty-rpc.ts'
import { isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { units } from '../../money/units.ts'
import {
  accepted,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  settle,
  shown,
  signedFor,
  signWith,
  somePayment,
} from '../contract-sending-play.suite.ts'
import type { SendRequest } from '../contract-sending.ts'
import { feeMaxOf } from './effects.ts'
import { decodeSigned, encodeSigned } from './signatures.ts'
import { decodeUnsigned, encodeUnsigned } from './transaction.ts'

// What only EVM senders do; what all do is in `sending.test.ts`.

const COUNT = 'eth_getTransactionCount'

/** A node that answers one method in its own way. */
const answering =
  (method: string, reply: (params: readonly unknown[]) => string | undefined): Fault =>
  (question, forward) => {
    const own = question.method === method ? reply(question.params) : undefined
    return own === undefined ? forward() : Promise.resolve(own)
  }

/** Seen to fail where a receipt alone was success. */
test('a transaction that is mined and fails says so, and has cost its fee', async () => {
  await using world = await startEvmSendingWorld()
  const [native, token = native] = world.assets
  const key = await richKey(world, [token])
  const payment = { ...somePayment(world, token), units: units((world.plenty / 5n) * 3n) }
  const unsigned = await world.sender.build(requestOf(world, key, [payment]))
  await accepted(world, signWith(world, unsigned, [key]))
  const tx = decodeUnsigned(unsigned.bytes)
  const bytes = encodeUnsigned({ ...tx, nonce: tx.nonce + 1n })
  const failing = world.codec.sign(world.adapter.chain, bytes, [key])
  await accepted(world, failing)
  await world.mine(1)
  const state = await minedState(world, failing.txHash)
  assert.equal(state.succeeded, false)
  assert.ok(state.fee > 0n)
  assert.equal(await balanceNow(world, payment.to, token), payment.units)
})

/** Seen to fail where nothing was sent without room for the base fee to double. */
test('nearly everything can be paid at the present price, and not below it', async () => {
  await using world = await startEvmSendingWorld()
  const [native] = world.assets
  const key = await richKey(world, [native])
  const some = somePayment(world, native)
  const has = await balanceNow(world, key.address, native)
  const { fee } = await world.sender.estimate(requestOf(world, key, [some]))
  const most = requestOf(world, key, [{ ...some, units: units(has - fee) }])
  const unsigned = await world.sender.build(most)
  assert.ok(unsigned.effects.feeMax <= fee)
  await assert.rejects(
    world.sender.build(requestOf(world, key, [{ ...some, units: units(has - fee / 2n) }])),
    (error) => isError(error, 'chain.insufficient_funds'),
  )
  const signed = signWith(world, unsigned, [key])
  await accepted(world, signed)
  await world.mine(1)
  assert.equal((await minedState(world, signed.txHash)).succeeded, true)
  assert.equal(await balanceNow(world, some.to, native), has - fee)
})

/** Seen to fail with a question more, whose answer nothing needs. */
test('how many transactions a block has of an account is asked only to use a number again', async () => {
  await using world = await startEvmSendingWorld()
  const [native] = world.assets
  const key = await richKey(world, [native])
  const request = requestOf(world, key, [somePayment(world, native)])
  const asked = async (more: Partial<SendRequest>): Promise<number> => {
    const before = world.proxy.asked.length
    await world.sender.build({ ...request, ...more })
    const counts = world.proxy.asked.slice(before).filter((one) => one === COUNT)
    return counts.length
  }
  assert.equal(await asked({}), 1)
  const { effects } = await world.sender.build(request)
  assert.equal(await asked({ reuse: effects.slots }), 2)
})

/** Seen to fail where balances were asked at the newest block alone. */
test('what a waiting payment has promised is not promised again', async () => {
  await using world = await startEvmSendingWorld()
  for (const asset of world.assets) {
    const key = await richKey(world, [asset])
    const payment = { ...somePayment(world, asset), units: units((world.plenty / 5n) * 3n) }
    const request = requestOf(world, key, [payment])
    await accepted(world, await signedFor(world, [key], request))
    await assert.rejects(world.sender.build(request), (error) =>
      isError(error, 'chain.insufficient_funds'),
    )
  }
})

/** Seen to fail where the call's answer was not looked at. */
test('a token that says no instead of failing is not sent', async () => {
  await using world = await startEvmSendingWorld()
  const [native, token = native] = world.assets
  const key = await richKey(world, [token])
  const request = requestOf(world, key, [somePayment(world, token)])
  const isTransfer = ([call]: readonly unknown[]) => JSON.stringify(call).includes('0xa9059cbb')
  const no = result(`0x${'0'.repeat(64)}`)
  world.proxy.behave(answering('eth_call', (params) => (isTransfer(params) ? no : undefined)))
  await assert.rejects(world.sender.build(request), (error) =>
    isError(error, 'chain.payment_not_possible'),
  )
})

/** A refusal with words that nobody knows may come from a node that passed it on before. */
test('a node’s refusal of a broadcast is told by its meaning, or is no answer', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const { bytes } = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  const told = async (message: string): Promise<string> => {
    const no = refusal(-32000, message)
    world.proxy.behave(answering('eth_sendRawTransaction', () => no))
    const verdict = await world.sender.broadcast(bytes)
    return verdict.kind === 'refused' ? verdict.reason : verdict.kind
  }
  assert.equal(await told('already known'), 'accepted')
  assert.equal(await told('nonce too low'), 'slot_taken')
  assert.equal(await told('replacement transaction underpriced'), 'slot_taken')
  assert.equal(await told('insufficient funds for gas * price + value'), 'insufficient_funds')
  assert.equal(await told('transaction underpriced'), 'underpriced')
  assert.equal(await told('intrinsic gas too low'), 'invalid')
  await assert.rejects(told('rate limit exceeded'), (error) => isError(error, 'chain.unreachable'))
})

test('a transaction for another chain is not handed to a node', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const unsigned = await world.sender.build(requestOf(world, key, [somePayment(world)]))
  const foreign = { ...decodeUnsigned(unsigned.bytes), chainId: 1n }
  const bytes = encodeSigned(foreign, () => key.privateKey)
  const before = world.proxy.asked.length
  const verdict = await world.sender.broadcast(bytes)
  assert.ok(verdict.kind === 'refused' && verdict.reason === 'invalid')
  assert.equal(world.proxy.asked.length, before)
})

test('where blocks have no base fee, transactions of the oldest kind are sent', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  world.proxy.behave(async ({ method }, forward) => {
    const answer = await forward()
    if (method !== 'eth_getBlockByNumber') return answer
    return answer.replace(/"baseFeePerGas":"0x[0-9a-f]+",?/, '')
  })
  const request = requestOf(world, key, [somePayment(world)])
  const stuck = await signedFor(world, [key], request)
  assert.equal(decodeSigned(stuck.bytes).price.kind, 'legacy')
  await accepted(world, stuck)
  const unsigned = await world.sender.bump(stuck.bytes, request)
  const replaced = signWith(world, unsigned, [key])
  await accepted(world, replaced)
  await world.mine(1)
  const { fee } = await minedState(world, replaced.txHash)
  assert.equal(fee, feeMaxOf(decodeSigned(replaced.bytes)))
})

const BASE = { chain: chainId('eip155:8453') }
const ORACLE = '0x420000000000000000000000000000000000000f'

/** Seen to fail where what a rollup takes for bytes was left out of what must be there. */
test('a rollup’s charge for bytes is part of the cost, twice in its limit', async () => {
  await using world = await startEvmSendingWorld(BASE)
  const key = await richKey(world)
  const charge = 10n ** 15n
  const isOracle = ([call]: readonly unknown[]) => JSON.stringify(call).includes(ORACLE)
  const told = result(`0x${charge.toString(16).padStart(64, '0')}`)
  const withOracle = answering('eth_call', (params) => (isOracle(params) ? told : undefined))
  world.proxy.behave(withOracle)
  const request = requestOf(world, key, [somePayment(world)])
  const estimate = await world.sender.estimate(request)
  const { bytes, effects } = await world.sender.build(request)
  assert.equal(estimate.feeMax, effects.feeMax + 2n * charge)
  assert.ok(estimate.fee > charge)
  const low = { ...request, feeMax: effects.feeMax }
  await assert.rejects(world.sender.build(low), (error) => isError(error, 'chain.fee_above_limit'))
  const all = await world.sender.build({ ...request, everything: true })
  const { value } = decodeUnsigned(all.bytes)
  assert.equal(value + all.effects.feeMax + 2n * charge, world.plenty)
  assert.equal(decodeUnsigned(bytes).chainId, 31337n)
})

/** A node keeps the state of its newest blocks only; the final one may be older. */
test('a slot that is unused at the tip needs no old state, and a used one says what is missing', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  const [slot = ''] = signed.effects.slots
  const gone = answering('eth_getTransactionCount', ([, place]) =>
    String(place).startsWith('0x') ? refusal(-32000, 'missing trie node') : undefined,
  )
  world.proxy.behave(gone)
  assert.equal(await world.sender.slotState(slot), 'free')
  world.proxy.behave(undefined)
  await accepted(world, signed)
  await world.mine(1)
  await settle(world)
  world.proxy.behave(gone)
  await assert.rejects(world.sender.slotState(slot), (error) => isError(error, 'chain.unreachable'))
  world.proxy.behave(undefined)
  assert.equal(await world.sender.slotState(slot), 'spent')
})

test('a key that pays for others, and several that pay, are refused unless all is gathered', async () => {
  await using world = await startEvmSendingWorld()
  const [key, other] = [await richKey(world), await richKey(world)]
  const request = requestOf(world, key, [somePayment(world)])
  const others = [
    { ...request, feePayer: shown(other) },
    { ...request, from: [shown(key), shown(other)] as const },
    { ...request, from: [shown(key), shown(other)] as const, everything: true },
  ]
  for (const each of others) await assertNotPossible(world, each)
  await signedFor(world, [key], { ...request, feePayer: shown(key) })
})

const assertNotPossible = (
  { sender }: EvmSendingWorld,
  request: Parameters<EvmSendingWorld['sender']['build']>[0],
): Promise<void> =>
  assert.rejects(sender.build(request), (error) => isError(error, 'chain.payment_not_possible'))
