import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import { watching } from './contract-follow.suite.ts'
import {
  accepted,
  assertWaiting,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  settle,
  signedFor,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { SendingWorld, SendingWorldMaker } from './contract-sending-world.suite.ts'
import type { Payment, SendRequest } from './contract-sending.ts'

const unreachable = (error: unknown): boolean => isError(error, 'chain.unreachable')

/** What is refused before anything is signed, and what a bad line must not change. */
export function troubleTests({ make }: SendingWorldMaker): void {
  /** Seen to fail where silence was read as a refusal. */
  test('when the answer to a broadcast is lost, broadcasting again pays once', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const request = requestOf(world, key, [somePayment(world, asset)])
      const signed = await signedFor(world, [key], request)
      await world.loseAnswers(true)
      await assert.rejects(world.sender.broadcast(signed.bytes), unreachable)
      await world.loseAnswers(false)
      await assertWaiting(world, signed.txHash)
      await accepted(world, signed)
      await world.mine(1)
      await minedState(world, signed.txHash)
      await accepted(world, signed)
      await settle(world)
      const [{ to, units: paid }] = request.payments
      assert.equal(await balanceNow(world, to, asset), paid)
    }
  })

  /** Seen to fail without the comparison with the balance, of coins and of tokens. */
  test('what cannot be paid for is refused, and nothing waits', async () => {
    await using world = await make()
    const [native] = world.assets
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const payment = { ...somePayment(world, asset), units: units(world.plenty + 1n) }
      await assertRefused(world, requestOf(world, key, [payment]), 'chain.insufficient_funds')
      const all = { ...requestOf(world, key, [payment]), everything: true }
      await assertRefused(world, all, 'chain.insufficient_funds')
      assert.deepEqual(await world.adapter.pending(watching([payment.to])), [])
    }
    const key = await richKey(world)
    const whole = { ...somePayment(world), units: world.plenty }
    const estimate = await world.sender.estimate(requestOf(world, key, [somePayment(world)]))
    if (estimate.fee > 0n) {
      await assertRefused(world, requestOf(world, key, [whole]), 'chain.insufficient_funds')
    }
    assert.equal(await balanceNow(world, key.address, native), world.plenty)
  })

  test('a key without coins can send nothing', async () => {
    await using world = await make()
    const [native, token] = world.assets
    const empty = world.newKey()
    const payment = somePayment(world)
    await assertRefused(world, requestOf(world, empty, [payment]), 'chain.insufficient_funds')
    if (token === undefined) return
    const key = world.newKey()
    await world.fund(key.address, token, world.plenty)
    const request = requestOf(world, key, [somePayment(world, token)])
    if ((await balanceNow(world, key.address, native)) > 0n) return
    await assertRefused(world, request, 'chain.insufficient_funds')
  })

  /** Seen to fail where the limit was not compared. */
  test('a payment that costs more than its limit is not built', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const request = requestOf(world, key, [somePayment(world, asset)])
      const { effects } = await world.sender.build(request)
      if (effects.feeMax === 0n) continue
      for (const feeMax of [units(0n), units(1n)]) {
        await assert.rejects(world.sender.build({ ...request, feeMax }), (error) =>
          isError(error, 'chain.fee_above_limit'),
        )
      }
    }
  })

  /** Seen to fail where nothing could be paid, and a token's contract be a recipient. */
  test('a payment that the chain cannot carry out is refused', async () => {
    await using world = await make()
    const [native] = world.assets
    const key = await richKey(world, world.assets)
    const payments: readonly Payment[] = [
      ...(await world.unpayable()),
      ...world.assets.map((asset) => ({ ...somePayment(world, asset), units: units(0n) })),
      ...world.badAddresses.map((to) => ({ ...somePayment(world, native), to })),
    ]
    for (const payment of payments) {
      const request = requestOf(world, key, [payment])
      await assertRefused(world, request, 'chain.payment_not_possible')
    }
  })

  test('a node that is down is unreachable for every verb, and nothing is lost by it', async () => {
    await using world = await make()
    const { sender } = world
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    await world.halt(true)
    const verbs: readonly (() => Promise<unknown>)[] = [
      () => sender.estimate(request),
      () => sender.build(request),
      () => sender.broadcast(signed.bytes),
      () => sender.lookUp(signed.txHash),
      () => sender.slotState(signed.effects.slots[0] ?? ''),
    ]
    for (const verb of verbs) await assert.rejects(verb, unreachable)
    if (world.can.replaces) await assert.rejects(sender.bump(signed.bytes, request), unreachable)
    await world.halt(false)
    await assertWaiting(world, signed.txHash)
    await world.mine(1)
    await minedState(world, signed.txHash)
  })

  test('bytes that are no transaction are refused as invalid', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    const cut = signed.bytes.subarray(0, signed.bytes.length >> 1)
    for (const bytes of [cut, Uint8Array.of(1, 2, 3)]) {
      const verdict = await world.sender.broadcast(bytes)
      assert.ok(verdict.kind === 'refused' && verdict.reason === 'invalid')
    }
  })
}

type Refusal = 'chain.insufficient_funds' | 'chain.payment_not_possible'

/** Neither an estimate nor a transaction is made for such a request. */
async function assertRefused(
  { sender }: SendingWorld,
  request: SendRequest,
  code: Refusal,
): Promise<void> {
  const told = (error: unknown): boolean => isError(error, code)
  const [{ to, asset, units: paid }] = request.payments
  await assert.rejects(sender.build(request), told, `${code}: ${paid} ${asset} to ${to}`)
  await assert.rejects(sender.estimate(request), told, `${code}: ${paid} ${asset} to ${to}`)
}
