import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import {
  accepted,
  asTexts,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  settle,
  signedFor,
  signWith,
  slotStates,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { SendingWorld, SendingWorldMaker, WorldKey } from './contract-sending-world.suite.ts'
import type { SendRequest, SignedTx, TxEffects } from './contract-sending.ts'

type Built = SignedTx & Readonly<{ effects: TxEffects }>

const shared = (one: TxEffects, other: TxEffects): readonly string[] =>
  one.slots.filter((slot) => other.slots.includes(slot))

/** What becomes of transactions that do not get mined, or are mined and then are not. */
export function slotTests({ make }: SendingWorldMaker): void {
  test('of a stuck transaction and the one that replaces it exactly one is mined', async (t) => {
    await using world = await make()
    if (!world.can.replaces) return t.skip('nothing that waits is replaced here')
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const request = {
        ...requestOf(world, key, [somePayment(world, asset)]),
        speed: 'slow',
      } as const
      const stuck = await signedFor(world, [key], request)
      await accepted(world, stuck)
      const bumped = await bump(world, key, { stuck, request })
      await accepted(world, bumped)
      await world.mine(1)
      await assertOneOf(world, bumped, stuck)
      const [{ to, units: paid }] = request.payments
      assert.equal(await balanceNow(world, to, asset), paid, 'it was paid once')
    }
  })

  test('a replacement can be replaced, and keeps to the limit of the fee', async (t) => {
    await using world = await make()
    if (!world.can.replaces) return t.skip('nothing that waits is replaced here')
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const stuck = await signedFor(world, [key], request)
    await accepted(world, stuck)
    const bumped = await bump(world, key, { stuck, request })
    await accepted(world, bumped)
    const low = { ...request, feeMax: bumped.effects.feeMax }
    await assert.rejects(world.sender.bump(bumped.bytes, low), (error) =>
      isError(error, 'chain.fee_above_limit'),
    )
    const again = await bump(world, key, { stuck: bumped, request })
    await accepted(world, again)
    await world.mine(1)
    await assertOneOf(world, again, bumped)
    assert.equal((await world.sender.lookUp(stuck.txHash)).kind, 'unknown')
  })

  /** Seen to fail where nobody asked what had become of it. */
  test('what is mined cannot be replaced, nor anything where nothing can be', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    if (world.can.replaces) await world.mine(1)
    await assert.rejects(world.sender.bump(signed.bytes, request), (error) =>
      isError(error, 'chain.replacement_refused'),
    )
  })

  /** Seen to fail where a number that another used was taken for the transaction's own. */
  test('of two transactions that share a slot only one is mined, and the other is refused', async (t) => {
    await using world = await make()
    const key = await richKey(world)
    const [one, other] = await Promise.all(
      [1, 2].map(() => signedFor(world, [key], requestOf(world, key, [somePayment(world)]))),
    )
    assert.ok(one !== undefined && other !== undefined)
    assert.notEqual(one.txHash, other.txHash)
    const slots = shared(one.effects, other.effects)
    assert.equal(slots.length > 0, world.can.sharesSlots)
    if (!world.can.sharesSlots) return t.skip('nothing is shared here')
    await accepted(world, one)
    await world.mine(1)
    const verdict = await world.sender.broadcast(other.bytes)
    assert.ok(verdict.kind === 'refused' && verdict.reason === 'slot_taken', verdict.kind)
    await settle(world)
    for (const slot of slots) assert.equal(await world.sender.slotState(slot), 'spent')
    await minedState(world, one.txHash)
    assert.equal((await world.sender.lookUp(other.txHash)).kind, 'unknown')
  })

  /** Seen to fail where what had been broadcast once was not handed to the node again. */
  test('a transaction that was dropped is unknown, and broadcast again it is mined', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    await world.drop(signed.txHash)
    assert.deepEqual(await world.sender.lookUp(signed.txHash), { kind: 'unknown' })
    assert.ok((await slotStates(world, signed.effects)).every((state) => state === 'free'))
    await accepted(world, signed)
    await world.mine(1)
    await minedState(world, signed.txHash)
  })

  /** Seen to fail where a transaction that was once mined was remembered so. */
  test('a fork that takes a transaction out frees its slots, and it is mined again', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    await world.mine(1)
    const before = await minedState(world, signed.txHash)
    await world.reorg(1, [signed.txHash])
    assert.notEqual((await world.sender.lookUp(signed.txHash)).kind, 'mined')
    assert.ok((await slotStates(world, signed.effects)).every((state) => state === 'free'))
    await accepted(world, signed)
    await world.mine(1)
    const after = await minedState(world, signed.txHash)
    assert.notEqual(after.block.hash, before.block.hash)
    const [{ to, asset, units: paid }] = request.payments
    assert.equal(await balanceNow(world, to, asset), paid)
  })

  test('a fork that mines a transaction in another block says so', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    await world.mine(2)
    const before = await minedState(world, signed.txHash)
    await world.reorg(2, [])
    await world.mine(1)
    const after = await minedState(world, signed.txHash)
    assert.notEqual(after.block.hash, before.block.hash)
  })

  test('what was valid for a time is refused after it, and its slots are spent', async (t) => {
    await using world = await make()
    if (world.expire === undefined) return t.skip('transactions are valid for ever here')
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const signed = await signedFor(world, [key], request)
    await world.expire()
    const verdict = await world.sender.broadcast(signed.bytes)
    assert.ok(verdict.kind === 'refused' && verdict.reason === 'expired')
    assert.ok((await slotStates(world, signed.effects)).includes('spent'))
    assert.equal((await world.sender.lookUp(signed.txHash)).kind, 'unknown')
  })
}

type Stuck = Readonly<{ stuck: Built; request: SendRequest }>

/** Replaces a waiting transaction, as a worker would who lost patience. */
async function bump(world: SendingWorld, key: WorldKey, { stuck, request }: Stuck): Promise<Built> {
  const unsigned = await world.sender.bump(stuck.bytes, { ...request, speed: 'fast' })
  const { effects } = unsigned
  const paid = ({ moves }: TxEffects) => asTexts(moves.filter((one) => one.to !== key.address))
  assert.deepEqual(paid(effects), paid(stuck.effects), 'a replacement pays the same')
  assert.ok(shared(effects, stuck.effects).length > 0, 'a replacement takes a slot over')
  assert.ok(effects.feeMax > stuck.effects.feeMax && effects.feeMax <= units(request.feeMax))
  assert.deepEqual(effects.besides, [])
  return { ...signWith(world, unsigned, [key]), effects }
}

/** One of two is mined and the other never will be. */
async function assertOneOf(world: SendingWorld, winner: Built, loser: Built): Promise<void> {
  assert.ok((await minedState(world, winner.txHash)).succeeded)
  assert.notEqual((await world.sender.lookUp(loser.txHash)).kind, 'mined')
  await settle(world)
  for (const slot of shared(winner.effects, loser.effects)) {
    assert.equal(await world.sender.slotState(slot), 'spent')
  }
  assert.equal((await world.sender.lookUp(loser.txHash)).kind, 'unknown')
}
