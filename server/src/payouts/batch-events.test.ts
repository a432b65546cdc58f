import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { dataOf, PAYEES, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import type { Outgoing, OutgoingKey } from '../custody/outgoing/outgoing.ts'
import { findOutgoing } from '../custody/outgoing/outgoing.store.ts'
import { units } from '../money/units.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { payoutEnded } from './end-payout.action.ts'

const DESTINATIONS = [
  { amount: 100, currency: 'USDT', network: 'BEP20', address: PAYEES.evm },
  { amount: 100, currency: 'USDT', network: 'TRC20', address: PAYEES.tron },
]

/** A batch of one payout on each network, which share no account of the ledger. */
async function makeBatch(world: PayoutWorld): Promise<string> {
  for (const [currency, amount] of FUNDS) await world.fund(currency, amount)
  const reply = await world.post('/v1/payouts/mass', { destinations: DESTINATIONS })
  return dataOf(z.object({ batch_id: z.string() }), reply).batch_id
}

const FUNDS = [
  ['USDT_BSC', '1000'],
  ['BNB', '1'],
  ['USDT_TRC20', '1000'],
  ['TRX', '1000'],
] as const

async function outgoings({ ctx }: PayoutWorld): Promise<readonly Outgoing[]> {
  const keys = await ctx.db.query<OutgoingKey>('select book_id, outgoing_id from outgoing')
  const found = await Promise.all(keys.map((key) => findOutgoing(ctx.db, key)))
  return found.filter((one) => one !== undefined)
}

/** Ends what goes out in a dbTx, on its chain. */
function end({ ctx, book }: PayoutWorld, outgoing: Outgoing, succeeded: boolean) {
  const block = { height: 9, hash: '0x09' }
  const mined = { attempt: 1, block, succeeded, fee: units(7n) }
  const end = { kind: 'final', txHash: `0x${outgoing.outgoingId}`, mined } as const
  return (dbTx: DbTx) => payoutEnded(ctx)(dbTx, book, { outgoing, end })
}

/** Resolves when somebody waits for a lock that another holds. */
async function somebodyWaits({ ctx }: PayoutWorld): Promise<void> {
  for (;;) {
    const waiting = await ctx.db.query(
      `select 1 as one from pg_locks where not granted and pid in
         (select pid from pg_stat_activity where datname = current_database())`,
    )
    if (waiting.length > 0) return
  }
}

/** Seen to fail with batches that are not locked: neither sees the other's end, and nobody tells. */
test('of two payouts of a batch that end at the same moment, one tells the end of the batch', async () => {
  await using world = await payoutWorld()
  const id = await makeBatch(world)
  await world.dispatchDue()
  const [one, other] = await outgoings(world)
  assert.ok(one !== undefined && other !== undefined)
  const isEnded = Promise.withResolvers<void>()
  const commit = Promise.withResolvers<void>()
  const first = inDbTx(world.ctx, async (dbTx) => {
    await end(world, one, true)(dbTx)
    isEnded.resolve()
    await commit.promise
  })
  await isEnded.promise
  const second = inDbTx(world.ctx, end(world, other, true))
  await Promise.race([second, somebodyWaits(world)])
  commit.resolve()
  await Promise.all([first, second])
  assert.deepEqual(await world.eventsOf(id), ['payout_batch.created', 'payout_batch.completed'])
})

test('a batch of which some failed is told as it is', async () => {
  await using world = await payoutWorld()
  const id = await makeBatch(world)
  await world.dispatchDue()
  for (const [place, outgoing] of (await outgoings(world)).entries()) {
    await inDbTx(world.ctx, end(world, outgoing, place === 0))
  }
  const told = (await world.events()).filter((one) => one.objectId === id)
  assert.equal(told.at(-1)?.type, 'payout_batch.partially_completed')
  assert.deepEqual(told.at(-1)?.data['payouts_by_status'], { completed: 1, failed: 1 })
})

test('a batch is canceled when the last of its payouts is, and not before', async () => {
  await using world = await payoutWorld()
  const id = await makeBatch(world)
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
