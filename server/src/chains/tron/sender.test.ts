import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withStake } from '../../../../upstreams/tron/state.ts'
import { startTronSendingWorld, type TronSendingWorld } from '../../../test/tron-sending-world.ts'
import { tokenAt, TRON, tronOptions, TRX } from '../../../test/tron-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import {
  accepted,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  signedFor,
  signWith,
  slotStates,
  somePayment,
} from '../contract-sending-play.suite.ts'
import { connectTron } from './adapter.ts'
import { accountOfAddress } from './address.ts'
import { tronAssets } from './assets.ts'
import { createTronNode } from './node.client.ts'
import { createTronSender } from './sender.client.ts'

// Tron has no nonce: what may be paid twice here, and what keeps it from that.

const MINUTE_MS = 60_000
const notReplaceable = (error: unknown): boolean => isError(error, 'chain.replacement_refused')

/** A payment that was broadcast and has fallen out of every mempool. */
async function lostPayment(world: TronSendingWorld) {
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  const signed = await signedFor(world, [key], request)
  await accepted(world, signed)
  await world.drop(signed.txHash)
  return { key, request, signed }
}

/**
 * The danger itself: at the tip the payment has expired, a fork brings back an earlier time, and it
 * is mined. Seen to fail, with a payee paid twice, when the newest block's time was taken for the
 * solidified one's.
 */
test('a payment of Tron that expired at the tip alone is not made again: a fork may mine it', async () => {
  await using world = await startTronSendingWorld()
  const { chain } = world.standIn
  const { request, signed } = await lostPayment(world)
  await assert.rejects(world.sender.bump(signed.bytes, request), notReplaceable)
  chain.passTime(15 * MINUTE_MS)
  await chain.mine(1)
  assert.ok(chain.head().timeMs > chain.solid().timeMs + 14 * MINUTE_MS)
  const refused = await world.sender.broadcast(signed.bytes)
  assert.ok(refused.kind === 'refused' && refused.reason === 'expired')
  await assert.rejects(world.sender.bump(signed.bytes, request), notReplaceable)
  assert.deepEqual(await slotStates(world, signed.effects), ['free'])
  await chain.reorg(1, [])
  await accepted(world, signed)
  await world.mine(1)
  await minedState(world, signed.txHash)
  assert.equal(await balanceNow(world, request.payments[0].to, TRX), request.payments[0].units)
})

test('a payment of Tron that can never be mined any more is made again, and paid once', async () => {
  await using world = await startTronSendingWorld()
  const { key, request, signed } = await lostPayment(world)
  await world.expire?.()
  assert.deepEqual(await slotStates(world, signed.effects), ['spent'])
  const unsigned = await world.sender.bump(signed.bytes, request)
  assert.notDeepEqual(unsigned.effects.slots, signed.effects.slots)
  assert.deepEqual(unsigned.effects.moves, signed.effects.moves)
  const again = signWith(world, unsigned, [key])
  await accepted(world, again)
  const late = await world.sender.broadcast(signed.bytes)
  assert.ok(late.kind === 'refused' && late.reason === 'expired')
  await world.mine(1)
  await minedState(world, again.txHash)
  assert.equal(await balanceNow(world, request.payments[0].to, TRX), request.payments[0].units)
})

/**
 * Seen to fail when only the expiration was looked at, and when the node's refusal of what it has
 * mined long ago was taken for one.
 */
test('a payment of Tron that was mined is never made again, however long ago', async () => {
  await using world = await startTronSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  const signed = await signedFor(world, [key], request)
  await accepted(world, signed)
  await world.mine(1)
  await world.expire?.()
  await assert.rejects(world.sender.bump(signed.bytes, request), notReplaceable)
  await accepted(world, signed)
})

/** Seen to fail with the node's time believed alone. */
test('a node of Tron that lies about the time does not make a payment seem over', async () => {
  await using world = await startTronSendingWorld()
  const { chain, url, contracts } = world.standIn
  const startMs = chain.head().timeMs
  const clock = { ...systemClock, now: () => startMs + MINUTE_MS }
  const { sender } = connectTron({ clock }, tronOptions(url, contracts))
  const { request, signed } = await lostPayment(world)
  await world.expire?.()
  const [slot = ''] = signed.effects.slots
  assert.equal(await world.sender.slotState(slot), 'spent')
  assert.equal(await sender?.slotState(slot), 'free')
  await assert.rejects(async () => sender?.bump(signed.bytes, request), notReplaceable)
})

test('a mined payment of Tron has spent its slot once its block is solidified', async () => {
  await using world = await startTronSendingWorld()
  const key = await richKey(world)
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  await accepted(world, signed)
  await world.mine(19)
  assert.deepEqual(await slotStates(world, signed.effects), ['free'])
  await world.mine(1)
  assert.deepEqual(await slotStates(world, signed.effects), ['spent'])
})

/** Seen to fail without the salt: both were one transaction, and one payment was never made. */
test('two payments of Tron that are alike and built in the same moment are two', async () => {
  await using world = await startTronSendingWorld()
  const { url, contracts } = world.standIn
  const options = tronOptions(url, contracts)
  let salt = 0
  const sender = createTronSender({
    node: createTronNode({ clock: systemClock }, { ...options, ...options.nodes[0], chain: TRON }),
    assets: tronAssets(options.assets),
    now: () => 1_750_000_000_000,
    salt: () => (salt += 1),
  })
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  for (const unsigned of [await sender.build(request), await sender.build(request)]) {
    await accepted(world, signWith(world, unsigned, [key]))
  }
  await world.mine(1)
  const [{ to, units: paid }] = request.payments
  assert.equal(await balanceNow(world, to, TRX), 2n * paid)
})

test('a token payment of Tron whose energy is not enough fails, pays no more than its limit, and nobody', async () => {
  await using world = await startTronSendingWorld()
  const asset = tokenAt(world.standIn.contracts.dollar)
  const payee = await richKey(world, [asset])
  const key = await richKey(world, [asset])
  const request = requestOf(world, key, [{ ...somePayment(world, asset), to: payee.address }])
  const cheap = await signedFor(world, [key], request)
  // The payee gives all away: paying somebody who has nothing takes more than twice the energy.
  const all = { ...somePayment(world, asset), units: world.plenty }
  const emptied = await signedFor(world, [payee], requestOf(world, payee, [all]))
  await accepted(world, emptied)
  await world.mine(1)
  await accepted(world, cheap)
  await world.mine(1)
  const state = await minedState(world, cheap.txHash)
  assert.equal(state.succeeded, false)
  assert.ok(state.fee > 0n && state.fee <= cheap.effects.feeMax)
  assert.equal(await balanceNow(world, payee.address, asset), 0n)
  assert.equal(await balanceNow(world, key.address, asset), world.plenty)
  assert.equal(await balanceNow(world, key.address, TRX), world.plenty - state.fee)
})

test('what is staked on Tron pays for energy and bytes, within the same limit', async () => {
  await using world = await startTronSendingWorld()
  const asset = tokenAt(world.standIn.contracts.dollar)
  const key = await richKey(world, [asset])
  const stake = { bandwidth: 10_000n, energy: 1_000_000n }
  world.standIn.chain.change((state) => withStake(state, accountOfAddress(key.address), stake))
  const request = requestOf(world, key, [somePayment(world, asset)])
  const { fee, feeMax } = await world.sender.estimate(request)
  assert.equal(fee, 0n)
  assert.ok(feeMax > 0n)
  const signed = await signedFor(world, [key], request)
  await accepted(world, signed)
  await world.mine(1)
  const state = await minedState(world, signed.txHash)
  assert.deepEqual([state.succeeded, state.fee], [true, 0n])
})

test('on Tron a fee limit with little room gives energy just enough, and with none refuses', async () => {
  await using world = await startTronSendingWorld()
  const asset = tokenAt(world.standIn.contracts.dollar)
  const key = await richKey(world, [asset])
  const request = requestOf(world, key, [somePayment(world, asset)])
  const usual = (await world.sender.build(request)).effects.feeMax
  const tight = units((usual * 4n) / 5n)
  await assert.rejects(world.sender.build({ ...request, feeMax: units(usual / 2n) }), (error) =>
    isError(error, 'chain.fee_above_limit'),
  )
  const signed = await signedFor(world, [key], { ...request, feeMax: tight })
  assert.ok(signed.effects.feeMax <= tight && signed.effects.feeMax > tight - 10_000n)
  await accepted(world, signed)
  await world.mine(1)
  assert.ok((await minedState(world, signed.txHash)).succeeded)
})

/** Seen to fail without the comparison: the signer would have been shown a bound that is none. */
test('where Tron charges more than the signer knows nothing is built', async () => {
  for (const parameters of [
    { getTransactionFee: 1_001n },
    { getCreateAccountFee: 100_001n },
    { getCreateNewAccountFeeInSystemContract: 1_000_001n },
  ]) {
    await using world = await startTronSendingWorld({ parameters })
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    await assert.rejects(world.sender.build(request), (error) =>
      isError(error, 'chain.payment_not_possible'),
    )
  }
})
