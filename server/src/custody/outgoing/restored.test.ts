import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copySending } from '../../../test/copy-sending.ts'
import {
  allToTheEnd,
  dueOf,
  type OutgoingWorld,
  outgoingWorld,
  planned,
  slotsOf,
  stateOf,
  steps,
  toTheEnd,
} from '../../../test/outgoing-world.ts'
import { AppError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { BUMP_AFTER_MS, type OutgoingKey } from './outgoing.ts'

const hashesOf = async ({ db, bookId }: OutgoingWorld): Promise<readonly string[]> => {
  const rows = await db.query<{ tx_hash: string }>(
    `select tx_hash from outgoing join outgoing_attempt using (book_id, outgoing_id)
     where book_id = $1 and tx_hash is not null order by object_id, attempt`,
    [bookId],
  )
  return rows.map((row) => row.tx_hash)
}

/** How far the first transaction had come when the copy was brought back. */
const PASSED: Readonly<Record<string, (world: OutgoingWorld, key: OutgoingKey) => Promise<void>>> =
  {
    'signed and shown to nobody': (world, key) => steps(world.sendCtx(), key, 2),
    'waiting in a mempool': (world, key) => steps(world.sendCtx(), key, 3),
    'forgotten by every node': async (world, key) => {
      await steps(world.sendCtx(), key, 3)
      await world.node.reorg(0, await hashesOf(world))
    },
    'in a block': async (world, key) => {
      await steps(world.sendCtx(), key, 3)
      await world.node.mine(1)
    },
    'final, and told': async (world, key) => void (await allToTheEnd(world, [key])),
  }

/** Seen to fail where the bytes that came out again could not be kept beside their own hash. */
test('a database from before the signature pays nothing twice, and forgets no payment', async () => {
  for (const [where, pass] of Object.entries(PASSED)) {
    await using world = await outgoingWorld()
    const key = await planned(world)
    const restore = await copySending(world)
    await pass(world, key)
    await restore()
    assert.equal((await stateOf(world.db, key)).state, 'planned', where)
    assert.deepEqual(await allToTheEnd(world, [key]), ['final'], where)
    assert.equal(await world.paid(), 500n, where)
    assert.equal((await world.ended()).length, 1, where)
    assert.deepEqual([...new Set(await slotsOf(world))], [`nonce:${world.own}:0`], where)
  }
})

/** Planted fault: it has failed as soon as all that the database remembers is excluded. */
test('a database from before a replacement follows the one that was mined', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await steps(world.sendCtx(), key, 3)
  const restore = await copySending(world)
  await world.node.behave({ fee: units(5_000n) })
  world.clock.advance(BUMP_AFTER_MS)
  await steps(world.sendCtx(), key, 3)
  const [, second] = await hashesOf(world)
  await world.node.mine(20)
  await restore()
  assert.deepEqual(await allToTheEnd(world, [key]), ['final'])
  assert.equal((await hashesOf(world))[1], second)
  assert.equal(await world.paid(), 500n)
})

test('what only the signer remembers has failed when something else has its place for good', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  const restore = await copySending(world)
  await steps(world.sendCtx(), key, 2)
  await restore()
  const elsewhere = await world.sender.build(world.request(9n))
  await world.sender.broadcast(world.signed(elsewhere.bytes).bytes)
  await world.node.mine(20)
  assert.deepEqual(await allToTheEnd(world, [key]), ['failed'])
  assert.equal(await world.paid(), 9n)
  assert.equal((await world.ended()).length, 1)
})

/** Planted fault: the signer is not asked before something is built. */
test('what was paid before is found, though there is nothing left to pay it with', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  const restore = await copySending(world)
  assert.deepEqual(await allToTheEnd(world, [key]), ['final'])
  const rest = await world.sender.build({ ...world.request(1n), everything: true })
  await world.sender.broadcast(world.signed(rest.bytes).bytes)
  await world.node.mine(1)
  await restore()
  await steps(world.sendCtx(), key, 3)
  assert.equal((await stateOf(world.db, key)).state, 'final')
})

/** Planted faults: whatever was signed is taken over; nothing is that is not the one asked for now. */
test('asked for anew, a payment is taken over in its first amount, up to what is held for it', async () => {
  for (const held of [500n, 499n]) {
    await using world = await outgoingWorld()
    const restore = await copySending(world)
    await steps(world.sendCtx(), await planned(world), 3)
    await restore()
    const key = await world.plan(480n, 'po_1', { paidMax: units(held) })
    assert.ok(key !== undefined)
    if (held === 500n) {
      assert.deepEqual(await allToTheEnd(world, [key]), ['final'])
    } else {
      await steps(world.sendCtx(), key, 3)
      const { state, problem } = await stateOf(world.db, key)
      assert.deepEqual([state, await dueOf(world, key)], ['planned', null])
      assert.match(problem ?? '', /somebody has to look/)
      await world.node.mine(1)
    }
    assert.equal(await world.paid(), 500n)
    assert.deepEqual(await world.db.query('select 1 from sending_key'), [])
  }
})

/** Planted fault: the signer is asked before the keys are taken. */
test('what waits for its key does not ask the signer again and again', async () => {
  await using world = await outgoingWorld()
  const [first, second] = [await planned(world), await planned(world, 700n, 'po_2')]
  let asked = 0
  const ctx = {
    ...world.sendCtx(),
    signedBefore: (intents: readonly string[]) => {
      asked += 1
      return world.signer.signedBefore(intents)
    },
  }
  await steps(ctx, first, 1)
  await steps(ctx, second, 3)
  assert.equal(asked, 1)
  assert.equal(await toTheEnd(world, first), 'final')
  assert.equal(await toTheEnd(world, second), 'final')
})

/**
 * The database has forgotten what was signed while it went on: the signer says so when it is asked
 * to sign other bytes. Planted faults: the key stays taken; it stays built, and due never again.
 */
test('what waits for a person because of what was signed before holds no key', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await steps(world.sendCtx(), key, 1)
  const other = { to: world.own, asset: world.native, units: '7' }
  const earlier = { intent: key.outgoing_id, txHash: '0x1', slots: [], payments: [other] }
  const reused = { code: 'signer.intent_reused', problem: 'other payments' }
  const ctx = {
    ...world.sendCtx(),
    sign: () => Promise.reject(new AppError('signer.refused', reused)),
    signedBefore: () => Promise.resolve([earlier]),
  }
  await steps(ctx, key, 1)
  const { state, problem, attempts } = await stateOf(world.db, key)
  assert.deepEqual([state, attempts, await dueOf(world, key)], ['planned', 0, null])
  assert.match(problem ?? '', /somebody has to look/)
  assert.equal(await toTheEnd(world, await planned(world, 700n, 'po_2')), 'final')
})

/** Planted faults: the same bytes count as never shown; what is excluded has failed at once. */
test('several from before the copy are each paid once, whichever of them a node forgot', async () => {
  for (const forgotten of [0, 1]) {
    await using world = await outgoingWorld()
    const keys = [await planned(world, 500n, 'po_1'), await planned(world, 700n, 'po_2')]
    const restore = await copySending(world)
    for (const key of keys) await steps(world.sendCtx(), key, 3)
    await world.node.reorg(0, (await hashesOf(world)).slice(forgotten, forgotten + 1))
    await restore()
    keys.push(await planned(world, 1_100n, 'po_3'))
    assert.deepEqual(await allToTheEnd(world, keys), ['final', 'final', 'final'])
    assert.equal(await world.paid(), 2_300n)
  }
})
