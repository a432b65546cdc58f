import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  COLD,
  coldWorld,
  onChain,
  sendCold,
  SETTINGS,
  toTheEnd,
  Transfer,
  transferOf,
  WHOLE,
} from '../../../test/cold-world.ts'
import { dataOf, refusalIn, type PayoutWorld } from '../../../test/payout-world.ts'
import { USDT, usdt } from '../../../test/supply-world.ts'
import { dueOutgoings, sendDue, sendingIn } from '../../../test/sweep-world.ts'
import { lockOutgoing } from '../../custody/outgoing/outgoing.store.ts'
import { sendOutgoing } from '../../custody/outgoing/send-outgoing.action.ts'
import { isError } from '../../errors/app-error.ts'
import { inDbTx } from '../../shell/db.ts'
import { prepareRemoval } from './remove-cold-wallet.action.ts'

const remove = (world: PayoutWorld) =>
  world.call(`${SETTINGS}?currency=${USDT}`, { method: 'DELETE' })

/** Planted fault: the database alone is asked whether it was signed. */
test('what the signer has signed goes on, though the database has forgotten it', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  const { id } = dataOf(Transfer, await sendCold(world))
  for (let step = 0; step < 3; step += 1) await sendDue(world)
  const [sent] = await ctx.db.query<{ tx_hash: string; slots: string[] }>(
    'select tx_hash, slots from outgoing_attempt',
  )
  assert.ok(sent)
  // The copy of the database is from before its signature.
  await ctx.db.query('delete from outgoing_attempt')
  await ctx.db.query('delete from sending_key')
  await ctx.db.query(`update outgoing set state = 'planned'`)
  const payments = [{ to: COLD, asset: usdt.id, units: `${70n * WHOLE}` }] as const
  const [key] = await dueOutgoings(world)
  const earlier = { intent: key?.outgoing_id ?? '', txHash: sent.tx_hash, slots: sent.slots }
  const signedBefore = (intents: readonly string[]) =>
    Promise.resolve(intents.includes(earlier.intent) ? [{ ...earlier, payments }] : [])
  const removal = await prepareRemoval({ ...ctx, signedBefore }, { book, asset: usdt })
  await inDbTx(ctx, removal)
  assert.equal((await transferOf(world, id)).status, 'sending')
  const sending = { ...sendingIn(world), signedBefore }
  for (let step = 0; step < 6; step += 1) {
    await world.mine(USDT, 4)
    for (const due of await dueOutgoings(world)) await sendOutgoing(sending, due)
  }
  assert.equal((await transferOf(world, id)).status, 'completed')
  assert.equal(await onChain(world, COLD), 70n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: what began meanwhile is not looked for. */
test('a transfer that begins while its wallet is removed is not overlooked', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  const removal = await prepareRemoval(ctx, { book, asset: usdt })
  const { id } = dataOf(Transfer, await sendCold(world))
  await assert.rejects(inDbTx(ctx, removal), (error) =>
    isError(error, 'sweeps.cold_transfer_running'),
  )
  assert.equal((await remove(world)).status, 200)
  assert.equal((await transferOf(world, id)).status, 'failed')
  assert.deepEqual(refusalIn(await sendCold(world)), [404, 'cold_wallet_unknown'])
})

const LOOKS_MAX = 10_000

async function untilSomebodyWaits({ ctx }: PayoutWorld): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const waiting = await ctx.db.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return
  }
  assert.fail('nobody waited for a lock')
}

/** Seen to fail where the wallet was locked first: the two waited for each other. */
test('a removal and the end of a transfer lock what they share in one order', async () => {
  await using world = await coldWorld('100')
  const { ctx } = world
  dataOf(Transfer, await sendCold(world))
  const [key] = await dueOutgoings(world)
  assert.ok(key)
  const locked = Promise.withResolvers<void>()
  const removing = Promise.withResolvers<void>()
  const ending = inDbTx(ctx, async (dbTx) => {
    await lockOutgoing(dbTx, key)
    locked.resolve()
    await removing.promise
    return dbTx.query('select 1 as free from cold_wallet for update nowait')
  })
  await locked.promise
  const removed = remove(world)
  await untilSomebodyWaits(world)
  removing.resolve()
  assert.deepEqual(await ending, [{ free: 1 }])
  assert.equal((await removed).status, 200)
  await toTheEnd(world)
  assert.deepEqual(await world.differences(USDT), [])
})
