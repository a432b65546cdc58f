import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { dataOf, PAYEES, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import type { Outgoing, OutgoingKey } from '../custody/outgoing/outgoing.ts'
import { findOutgoing } from '../custody/outgoing/outgoing.store.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { payoutEnded } from './end-payout.action.ts'

const USDT = 'USDT_BSC'
const destination = {
  ...{ amount: 100, currency: 'USDT', network: 'BEP20', address: PAYEES.evm },
}

/** A batch of payouts of which each is a transaction of its own. */
async function batchOf(world: PayoutWorld, count: number): Promise<string> {
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  const destinations = Array.from({ length: count }, () => destination)
  const reply = await world.post('/v1/payouts/mass', { destinations })
  return dataOf(z.object({ batch_id: z.string() }), reply).batch_id
}

async function outgoings({ ctx }: PayoutWorld): Promise<readonly Outgoing[]> {
  const keys = await ctx.db.query<OutgoingKey>('select book_id, outgoing_id from outgoing')
  const found = await Promise.all(keys.map((key) => findOutgoing(ctx.db, key)))
  return found.filter((one) => one !== undefined)
}

/** Ends what goes out, each in a dbTx of its own, at the same moment. */
async function endAll(world: PayoutWorld, succeeded: readonly boolean[]): Promise<void> {
  const { ctx, book } = world
  await Promise.all(
    (await outgoings(world)).map((outgoing, place) => {
      const block = { height: 9, hash: '0x09' }
      const isDone = succeeded[place] ?? true
      const mined = { attempt: 1, block, succeeded: isDone, fee: units(7n) }
      const end = { kind: 'final', txHash: `0x${place}`, mined } as const
      return inDbTx(ctx, (dbTx) => payoutEnded(ctx)(dbTx, book, { outgoing, end }))
    }),
  )
}

/** Seen to fail with batches that are not locked: neither end sees the other, and nobody tells. */
test('the last payout of a batch to end tells its end once, whoever ends at the same moment', async () => {
  await using world = await payoutWorld()
  const id = await batchOf(world, 4)
  await world.dispatchDue()
  await endAll(world, [])
  assert.deepEqual(await world.eventsOf(id), ['payout_batch.created', 'payout_batch.completed'])
})

test('a batch of which some failed is told as it is', async () => {
  await using world = await payoutWorld()
  const id = await batchOf(world, 2)
  await world.dispatchDue()
  await endAll(world, [true, false])
  const told = (await world.events()).filter((one) => one.objectId === id)
  assert.equal(told.at(-1)?.type, 'payout_batch.partially_completed')
  assert.deepEqual(told.at(-1)?.data['payouts_by_status'], { completed: 1, failed: 1 })
})

test('a batch is canceled when the last of its payouts is, and not before', async () => {
  await using world = await payoutWorld()
  const id = await batchOf(world, 2)
  const payouts = await world.ctx.db.query<{ id: string }>(
    'select payout_id as id from payout where batch_id = $1 order by payout_id',
    [id],
  )
  const [first, second] = payouts.map((one) => one.id)
  await world.post(`/v1/payouts/${first}/cancel`, {})
  assert.deepEqual(await world.eventsOf(id), ['payout_batch.created'])
  await world.post(`/v1/payouts/${second}/cancel`, {})
  assert.deepEqual(await world.eventsOf(id), ['payout_batch.created', 'payout_batch.canceled'])
})
