import assert from 'node:assert/strict'
import { test } from 'node:test'
import { result, startFaultyRpc } from '../../../test/faulty-rpc.ts'
import {
  startSolanaSendingWorld,
  type SolanaSendingWorld,
} from '../../../test/solana-sending-world.ts'
import { COIN, newAddress } from '../../../test/solana-world.ts'
import { pay } from '../../../../upstreams/solana/payer.ts'
import { isError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { units, type AssetId } from '../../money/units.ts'
import {
  balanceNow,
  minedState,
  requestOf,
  richKey,
  signedFor,
  shown,
} from '../contract-sending-play.suite.ts'
import { TOKEN_ACCOUNT_RENT_MAX } from './programs.ts'

const tokenOfWorld = ({ assets: [, token] }: SolanaSendingWorld): AssetId => {
  assert.ok(token !== undefined)
  return token
}

const refused =
  (code: ErrorCode, problem: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(isError(error, code), String(error))
    assert.match(error.message, problem)
    return true
  }

const coins = (to: string, amount: bigint) => ({ to, asset: COIN, units: units(amount) })

/** Seen to fail with messages of nothing but the request and the blockhash. */
test('two payments of the same amount to the same address are two transactions', async () => {
  await using world = await startSolanaSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [coins(newAddress(), 1_000_000n)])
  const [one, other] = [
    await signedFor(world, [key], request),
    await signedFor(world, [key], request),
  ]
  assert.notEqual(one.txHash, other.txHash)
  for (const { bytes } of [one, other]) await world.sender.broadcast(bytes)
  await world.mine(1)
  assert.equal(await balanceNow(world, request.payments[0].to, COIN), 2_000_000n)
})

/** Seen to fail with a replacement as soon as the newest block, not a final one, is too high. */
test('a transaction is made anew only when the old one can never be mined', async () => {
  await using world = await startSolanaSendingWorld()
  const { sender, standIn } = world
  const key = await richKey(world)
  const request = requestOf(world, key, [coins(newAddress(), 1_000_000n)])
  const stuck = await signedFor(world, [key], request)
  await sender.broadcast(stuck.bytes)
  await world.drop(stuck.txHash)
  const mayBeMined = refused('chain.replacement_refused', /may be mined until block height/)
  await assert.rejects(sender.bump(stuck.bytes, request), mayBeMined)
  // The blockhash was final: 32 blocks of its 150 were over.
  await world.mine(119)
  assert.deepEqual(await sender.slotState(stuck.effects.slots[0] ?? ''), 'free')
  await assert.rejects(sender.bump(stuck.bytes, request), mayBeMined)
  await world.mine(32)
  assert.deepEqual(await sender.slotState(stuck.effects.slots[0] ?? ''), 'spent')
  const anew = await sender.bump(stuck.bytes, request)
  assert.deepEqual(anew.effects.moves, stuck.effects.moves)
  assert.ok(anew.effects.feeMax > stuck.effects.feeMax)
  const verdict = await sender.broadcast(stuck.bytes)
  assert.ok(verdict.kind === 'refused' && verdict.reason === 'expired')
  standIn.ledger.mine(1)
  assert.deepEqual(await sender.lookUp(stuck.txHash), { kind: 'unknown' })
})

test('what is mined is not made anew, however long ago that was', async () => {
  await using world = await startSolanaSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [coins(newAddress(), 1_000_000n)])
  const signed = await signedFor(world, [key], request)
  await world.sender.broadcast(signed.bytes)
  await world.mine(1)
  await world.expire?.()
  await assert.rejects(
    world.sender.bump(signed.bytes, request),
    refused('chain.replacement_refused', /it is mined/),
  )
  assert.deepEqual(await world.sender.broadcast(signed.bytes), { kind: 'accepted' })
})

/** A refusal by such a node proves nothing: the transaction may be mined all the same. */
test('a node that does not know the blockhash yet is in trouble, and does not refuse', async () => {
  await using world = await startSolanaSendingWorld()
  const key = await richKey(world)
  const signed = await signedFor(
    world,
    [key],
    requestOf(world, key, [coins(newAddress(), 10n ** 6n)]),
  )
  await world.expire?.()
  await using proxy = await startFaultyRpc(world.standIn.url)
  const { sender } = world.connect({ urls: [proxy.url] })
  proxy.behave(({ method }, forward) =>
    method === 'getBlockHeight' ? Promise.resolve(result(60)) : forward(),
  )
  await assert.rejects(Promise.resolve(sender?.broadcast(signed.bytes)), (error) =>
    isError(error, 'chain.unreachable'),
  )
  assert.equal((await world.sender.broadcast(signed.bytes)).kind, 'refused')
})

test('an account keeps nothing, or what the network wants it to keep', async () => {
  await using world = await startSolanaSendingWorld()
  const key = await richKey(world)
  const keeping = (left: bigint) =>
    world.sender.build(requestOf(world, key, [coins(newAddress(), world.plenty - left)]))
  await assert.rejects(keeping(890_000n), refused('chain.insufficient_funds', /would keep/))
  await keeping(900_000n)
  const [poor] = [newAddress()]
  await assert.rejects(
    world.sender.build(requestOf(world, key, [coins(poor, 890_879n)])),
    refused('chain.payment_not_possible', /at least 890880/),
  )
  await world.fund(poor, COIN, units(890_880n))
  await world.sender.build(requestOf(world, key, [coins(poor, 1n)]))
})

test('opening a token account is part of what is paid, and closing it a part of what may be', async () => {
  await using world = await startSolanaSendingWorld()
  const token = tokenOfWorld(world)
  const key = await richKey(world, [token])
  const request = requestOf(world, key, [{ to: newAddress(), asset: token, units: units(5n) }])
  const first = await world.sender.estimate(request)
  const signed = await signedFor(world, [key], request)
  await world.sender.broadcast(signed.bytes)
  await world.mine(1)
  const { fee } = await minedState(world, signed.txHash)
  assert.ok(fee > TOKEN_ACCOUNT_RENT_MAX && fee <= signed.effects.feeMax)
  const second = await world.sender.estimate(request)
  assert.ok(first.fee - second.fee > TOKEN_ACCOUNT_RENT_MAX - 1_000n)
  assert.ok(second.fee < 100_000n && second.feeMax > TOKEN_ACCOUNT_RENT_MAX)
})

/** Seen to fail with the usual account alone. */
test('tokens in any account of an owner are gathered, and one account pays what it can', async () => {
  await using world = await startSolanaSendingWorld()
  const token = tokenOfWorld(world)
  const { mint, standIn } = world
  const key = await richKey(world)
  const gift = { to: key.address, mint, units: 700n }
  await pay(standIn.ledger, [gift, { ...gift, units: 300n }])
  await world.mine(1)
  const payment = (amount: bigint) => ({ to: newAddress(), asset: token, units: units(amount) })
  await assert.rejects(
    world.sender.build(requestOf(world, key, [payment(800n)])),
    refused('chain.insufficient_funds', /has 1000 units, and needs 800, but no account/),
  )
  await world.sender.build(requestOf(world, key, [payment(700n), payment(300n)]))
  const everything = { ...requestOf(world, key, [payment(1_000n)]), everything: true }
  const signed = await signedFor(world, [key], everything)
  await world.sender.broadcast(signed.bytes)
  await world.mine(1)
  assert.equal(await balanceNow(world, key.address, token), 0n)
  assert.equal(await balanceNow(world, everything.payments[0].to, token), 1_000n)
})

test('a transaction that fails in its block is mined, did not succeed, and cost its fee', async () => {
  await using world = await startSolanaSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [coins(newAddress(), 6n * 10n ** 11n)])
  const [one, other] = [
    await signedFor(world, [key], request),
    await signedFor(world, [key], request),
  ]
  for (const { bytes } of [one, other]) await world.sender.broadcast(bytes)
  await world.mine(1)
  assert.ok((await minedState(world, one.txHash)).succeeded)
  const failed = await minedState(world, other.txHash)
  assert.ok(!failed.succeeded && failed.fee > 5_000n && failed.fee <= other.effects.feeMax)
})

test('what no one transaction can do is refused', async () => {
  await using world = await startSolanaSendingWorld()
  const [one, other] = [await richKey(world), await richKey(world)]
  const request = requestOf(world, one, [coins(newAddress(), 10n ** 6n)])
  const twoKeys = { ...request, from: [shown(one), shown(other)] as const }
  await assert.rejects(
    world.sender.build(twoKeys),
    refused('chain.payment_not_possible', /one key sends/),
  )
  const payments = [...request.payments, coins(newAddress(), 10n ** 6n)] as const
  await assert.rejects(
    world.sender.build({ ...request, payments, everything: true }),
    refused('chain.payment_not_possible', /one address/),
  )
})
