import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  allToTheEnd,
  assertNothingShared,
  outgoingDatabase,
  outgoingWorld,
  slotsOf,
  type OutgoingWorld,
} from '../../../test/outgoing-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { BUMP_AFTER_MS, type OutgoingKey } from './outgoing.ts'
import { sendOutgoing } from './send-outgoing.action.ts'

const THINGS = 4

/** Amounts of which every sum says which of them are in it. */
const amountOf = (thing: number): bigint => 1_000n << BigInt(thing)

type Move = Readonly<{ kind: string; thing: number }>

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: moveOf('step') },
  { weight: 2, arbitrary: moveOf('mine') },
  ...['fork', 'lose', 'forget', 'refuse', 'halt', 'dear', 'time', 'workers'].map((kind) => ({
    weight: 1,
    arbitrary: moveOf(kind),
  })),
)

function moveOf(kind: string): fc.Arbitrary<Move> {
  return fc.record({ kind: fc.constant(kind), thing: fc.nat(THINGS - 1) })
}

/**
 * Planted faults: keys are given back when a transaction is built; they are kept when a node has
 * accepted it.
 */
test('whatever a node does, things sent side by side share nothing, and each ends once', async () => {
  await using database = await outgoingDatabase()
  await fc.assert(
    fc.asyncProperty(fc.array(anyMove, { minLength: 10, maxLength: 60 }), async (moves) => {
      await using world = await outgoingWorld(database)
      const keys: OutgoingKey[] = []
      for (let thing = 0; thing < THINGS; thing += 1) {
        const key = await world.plan(amountOf(thing), `po_${thing}`)
        assert.ok(key !== undefined)
        keys.push(key)
      }
      for (const move of moves) {
        await play(world, keys, move)
        await assertNothingShared(world)
      }
      await calm(world)
      await world.node.behave({ fee: units(1n) })
      const ends = await allToTheEnd(world, keys)
      const due = ends.map((end, thing) => (end === 'final' ? amountOf(thing) : 0n))
      assert.deepEqual(
        [...new Set(ends)].filter((end) => end !== 'final' && end !== 'failed'),
        [],
      )
      assert.equal(
        await world.paid(),
        due.reduce((sum, one) => sum + one, 0n),
      )
      assert.equal((await world.ended()).length, THINGS)
      const kept = 'select 1 from sending_key where book_id = $1'
      assert.deepEqual(await world.db.query(kept, [world.bookId]), [])
    }),
    { numRuns: 20 },
  )
})

async function play(
  world: OutgoingWorld,
  keys: readonly OutgoingKey[],
  { kind, thing }: Move,
): Promise<void> {
  const { node, clock } = world
  const key = keys[thing]
  assert.ok(key !== undefined)
  switch (kind) {
    case 'mine':
      return void (await node.mine(1))
    case 'fork':
      return void (await node.reorg(3, []))
    case 'lose':
      return void (await node.reorg(3, await hashesOf(world, key)))
    case 'forget':
      return void (await node.behave({ forgetBroadcasts: true }))
    case 'refuse':
      return void (await node.behave({ refuseBroadcasts: true }))
    case 'halt':
      return void (await node.behave({ halt: true }))
    case 'dear':
      return void (await node.behave({ fee: units(3_000n) }))
    case 'time':
      clock.advance(BUMP_AFTER_MS)
      return calm(world)
    case 'workers':
      return void (await Promise.all(keys.map((one) => step(world, one))))
    default:
      return step(world, key)
  }
}

/** Of what was sent for something, the transactions that a fork can take back or a node forget. */
async function hashesOf({ db, bookId }: OutgoingWorld, key: OutgoingKey) {
  const rows = await db.query<{ tx_hash: string }>(
    `select tx_hash from simulated_tx x join outgoing_attempt a using (book_id, chain, tx_hash)
     where x.book_id = $1 and a.outgoing_id = $2 and (x.state = 'waiting' or (x.state = 'mined'
       and x.height > (select height - 3 from simulated_chain c
         where c.book_id = x.book_id and c.chain = x.chain)))`,
    [bookId, key.outgoing_id],
  )
  return rows.map((row) => row.tx_hash)
}

const calm = async ({ node }: OutgoingWorld): Promise<void> =>
  void (await node.behave({ forgetBroadcasts: false, refuseBroadcasts: false, halt: false }))

const step = (world: OutgoingWorld, key: OutgoingKey): Promise<void> =>
  sendOutgoing(world.sendCtx(), key).catch((error: unknown) => {
    if (!isError(error, 'chain.unreachable')) throw error
  })

/** Planted faults: the builder is not told what is on its way; the first refusal is the last word. */
test('what a node forgot comes back in its own place, and those behind it follow', async () => {
  await using world = await outgoingWorld()
  const [first, second] = [await world.plan(500n, 'po_1'), await world.plan(700n, 'po_2')]
  assert.ok(first !== undefined && second !== undefined)
  for (let count = 0; count < 3; count += 1) await step(world, first)
  await world.node.reorg(0, await hashesOf(world, first))
  for (let count = 0; count < 3; count += 1) await step(world, second)
  assert.deepEqual(await slotsOf(world), [`nonce:${world.own}:0`, `nonce:${world.own}:1`])
  assert.deepEqual(await allToTheEnd(world, [first, second]), ['final', 'final'])
  assert.equal(await world.paid(), 1_200n)
})

test('a stuck transaction is replaced by one with its own number, while others wait behind it', async () => {
  await using world = await outgoingWorld()
  const [first, second] = [await world.plan(500n, 'po_1'), await world.plan(700n, 'po_2')]
  assert.ok(first !== undefined && second !== undefined)
  for (const key of [first, second]) {
    for (let count = 0; count < 3; count += 1) await step(world, key)
  }
  await world.node.behave({ fee: units(5_000n) })
  world.clock.advance(BUMP_AFTER_MS)
  await step(world, first)
  assert.deepEqual(await slotsOf(world), [
    ...[`nonce:${world.own}:0`, `nonce:${world.own}:0`],
    `nonce:${world.own}:1`,
  ])
  assert.deepEqual(await allToTheEnd(world, [first, second]), ['final', 'final'])
  assert.equal(await world.paid(), 1_200n)
})
