import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { COLD, coldWorld, sendCold, waitsForLock } from '../../../test/cold-world.ts'
import { payoutWorld, type PayoutWorld } from '../../../test/payout-world.ts'
import { usdt } from '../../../test/supply-world.ts'
import { dueOutgoings } from '../../../test/sweep-world.ts'
import { lockOutgoing } from '../../custody/outgoing/outgoing.store.ts'
import { account } from '../../ledger/chart.ts'
import { lockAvailable } from '../../ledger/read-balances.action.ts'
import { knownNetwork } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { inDbTx, type DbTx } from '../../shell/db.ts'
import { noteColdDue } from './cold-wallet.store.ts'
import { putColdTerms } from './cold-wallets.action.ts'
import { coldEnded } from './end-cold.action.ts'
import { moveCold } from './move-cold.job.ts'

const keyOf = ({ book }: PayoutWorld) => ({ book_id: book.bookId, asset: usdt.id })

const isDue = async ({ ctx }: PayoutWorld): Promise<boolean> =>
  (await ctx.db.query('select from cold_wallet where due_at is not null')).length > 0

/** Planted fault: whoever has looked takes everything for seen. */
test('what is asked for while a treasury is looked at is looked at too', async () => {
  await using world = await coldWorld('30')
  const { ctx } = world
  const ask = () => inDbTx(ctx, (dbTx) => noteColdDue(dbTx, keyOf(world), ctx.clock.now()))
  await ask()
  const treasury: typeof ctx.treasury = {
    ...ctx.treasury,
    keyOf: async (...of) => {
      await ask()
      return ctx.treasury.keyOf(...of)
    },
  }
  await moveCold({ ...ctx, treasury }, keyOf(world))
  assert.ok(await isDue(world))
  await moveCold(ctx, keyOf(world))
  assert.ok(!(await isDue(world)))
})

/** Runs `first`, and `second` while the dbTx of the first is open and the second waits for it. */
async function meanwhile<One, Other>(
  world: PayoutWorld,
  first: (dbTx: DbTx) => Promise<One>,
  second: (dbTx: DbTx) => Promise<Other>,
): Promise<readonly [One, Other]> {
  const [written, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const one = inDbTx(world.ctx, async (dbTx) => {
    const result = await first(dbTx)
    written.resolve()
    await goOn.promise
    return result
  })
  await written.promise
  const other = inDbTx(world.ctx, second)
  while (!(await waitsForLock(world))) await setImmediate()
  goOn.resolve()
  return Promise.all([one, other])
}

/** Planted fault: each tells the id that it made itself. */
test('two who set the first cold wallet at once are told of the same one', async () => {
  await using world = await payoutWorld()
  const { ctx, book } = world
  const put = (keep: bigint) => (dbTx: DbTx) =>
    putColdTerms(ctx, dbTx, { book, asset: usdt, terms: { address: COLD, keep: units(keep) } })
  const told = await meanwhile(world, put(1n), put(2n))
  const written = await ctx.db.query<{ wallet_id: string }>('select wallet_id from cold_wallet')
  const ids = written.map((one) => one.wallet_id)
  assert.deepEqual(
    told.map((one) => one.id),
    [...ids, ...ids],
  )
  assert.equal((await world.eventsOf(told[1].id)).length, 2)
})

/** Planted fault: the end of a transfer writes to its wallet before it books. */
test('the ends of a sweep and of a transfer do not wait for each other', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  await sendCold(world)
  const [key] = await dueOutgoings(world)
  assert.ok(key)
  const { native } = knownNetwork(usdt.chain)
  const custody = account('custody', native)
  const mined = { attempt: 1, block: { height: 9, hash: '0x09' }, succeeded: true, fee: units(7n) }
  const booking = Promise.withResolvers<void>()
  const swept = inDbTx(ctx, async (dbTx) => {
    // As a sweep does that has paid its fee: first the books, then the wallet.
    await lockAvailable(dbTx, book.bookId, [custody])
    await booking.promise
    await dbTx.query("set local lock_timeout = '200ms'")
    await noteColdDue(dbTx, keyOf(world), ctx.clock.now())
  })
  const moved = inDbTx(ctx, async (dbTx) => {
    const outgoing = await lockOutgoing(dbTx, key)
    await coldEnded(ctx)(dbTx, book, { outgoing, end: { kind: 'final', txHash: '0x1', mined } })
  })
  while (!(await waitsForLock(world))) await setImmediate()
  booking.resolve()
  await Promise.all([swept, moved])
  assert.ok(await isDue(world))
})
