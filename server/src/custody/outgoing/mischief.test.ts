import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  outgoingDatabase,
  outgoingWorld,
  toTheEnd,
  type OutgoingWorld,
} from '../../../test/outgoing-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { BUMP_AFTER_MS, type OutgoingKey } from './outgoing.ts'
import { sendOutgoing } from './send-outgoing.action.ts'

/** Planted fault: that a transaction may be out is not written down before it is broadcast. */
test('under any mischief of the node each thing is paid at most once, and once if it is final', async () => {
  await using database = await outgoingDatabase()
  const mischief = fc.constantFrom(
    'step',
    'mine',
    'fork',
    'forget',
    'refuse',
    'halt',
    'dear',
    'time',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(mischief, { minLength: 5, maxLength: 40 }), async (moves) => {
      await using world = await outgoingWorld(database)
      const key = await world.plan(500n)
      assert.ok(key !== undefined)
      for (const move of moves) await play(world, key, move)
      await world.node.behave({ forgetBroadcasts: false, refuseBroadcasts: false, halt: false })
      await world.node.behave({ fee: units(1n) })
      const end = await toTheEnd(world, key)
      assert.ok(end === 'final' || end === 'failed', end)
      assert.equal(await world.paid(), end === 'final' ? 500n : 0n)
      assert.equal((await world.ended()).length, 1)
    }),
    { numRuns: 25 },
  )
})

async function play(world: OutgoingWorld, key: OutgoingKey, move: string): Promise<void> {
  const { node, clock } = world
  switch (move) {
    case 'mine':
      return void (await node.mine(1))
    case 'fork': {
      const rows = await world.db.query<{ tx_hash: string }>(
        `select tx_hash from simulated_tx join simulated_spend using (book_id, chain, tx_hash)
         where book_id = $1 and (state = 'waiting' or height > (select height - 3
           from simulated_chain where book_id = $1 and chain = $2))`,
        [world.bookId, world.chain],
      )
      return void (await node.reorg(
        3,
        rows.map((row) => row.tx_hash),
      ))
    }
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
      return void (await node.behave({
        forgetBroadcasts: false,
        refuseBroadcasts: false,
        halt: false,
      }))
    default:
      await sendOutgoing(world.sendCtx(), key).catch((error: unknown) => {
        if (!isError(error, 'chain.unreachable')) throw error
      })
  }
}
