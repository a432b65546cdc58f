import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { changeEndpoint } from './change-endpoint.action.ts'
import type { EventType } from './event-types.ts'
import { isWanted } from './event.ts'
import { resendJob } from './resend.job.ts'
import type { Resend, ResendFilter } from './resend.ts'
import { cancelResend, findResend, startResend } from './resend.action.ts'

const EVERYTHING: ResendFilter = {
  ...{ eventIds: undefined, objectId: undefined, type: '*', from: undefined, to: undefined },
  missedOnly: false,
}

const URL = 'http://127.0.0.1:8080/hook'

const begin = (
  { ctx, book }: EventWorld,
  endpointId: string,
  filter: Partial<ResendFilter> = {},
): Promise<Resend> =>
  inDbTx(ctx, (dbTx) =>
    startResend(ctx, dbTx, { book, endpointId, filter: { ...EVERYTHING, ...filter } }),
  )

const work = ({ ctx }: EventWorld): Promise<number> => runDueOnce(ctx, resendJob(ctx))

const now = ({ db, book }: EventWorld, one: Resend): Promise<Resend> =>
  findResend(db, { book, ...one })

/** The events that wait for an endpoint. */
const waiting = async ({ db }: EventWorld): Promise<readonly string[]> =>
  (
    await db.query<{ event_id: string }>(
      "select event_id from delivery where state = 'pending' order by event_id",
    )
  ).map((row) => row.event_id)

const TYPES = [
  'payment.created',
  'payment.confirmed',
  'wallet.created',
  'payout.completed',
] as const

const typeOf = (index: number): EventType => TYPES[index % TYPES.length] ?? 'payment.created'

type Known = Readonly<{ eventId: string; type: string; objectId: string; createdAt: number }>

/** What of a log a filter names, said in plain words once more. */
const named = (log: readonly Known[], filter: ResendFilter, delivered: ReadonlySet<string>) =>
  log
    .filter((one) => filter.eventIds === undefined || filter.eventIds.includes(one.eventId))
    .filter((one) => filter.objectId === undefined || filter.objectId === one.objectId)
    .filter((one) => filter.type === undefined || isWanted([filter.type], one.type))
    .filter((one) => one.createdAt >= (filter.from ?? 0))
    .filter((one) => one.createdAt <= (filter.to ?? Infinity))
    .filter((one) => !filter.missedOnly || !delivered.has(one.eventId))
    .filter((one) => isWanted(['payment.*', 'wallet.created'], one.type))
    .map((one) => one.eventId)

/**
 * Seen to fail with `to` taken as the time before which, with what an endpoint was never told of
 * not missed, and with the part of the log that is looked at beginning behind the first event.
 */
test('a resend sends what its filter names and its endpoint wants, and nothing else', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const append = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await world.append(`obj_${index % 7}`, { type: typeOf(index) })
      await world.advance(60_000)
    }
    await world.sequence()
  }
  await append(20)
  const { endpoint } = await world.listen(URL, { events: ['payment.*', 'wallet.created'] })
  await append(20)
  const log = (
    await database.db.query<
      Readonly<{ event_id: string; type: string; object_id: string; created_at: number }>
    >('select event_id, type, object_id, created_at from event order by position')
  ).map((row) => ({
    ...{ eventId: row.event_id, type: row.type, objectId: row.object_id },
    createdAt: row.created_at,
  }))
  const end = async (taken: readonly string[]): Promise<void> => {
    await database.db.query(
      `update delivery set due_at = null,
         state = case when event_id = any ($1) then 'delivered' else 'failed' end
       where state = 'pending'`,
      [taken],
    )
  }
  const delivered = new Set<string>()
  await end([])
  const maybe = <Value>(some: fc.Arbitrary<Value>) => fc.option(some, { nil: undefined })
  const anyEvent = fc.constantFrom(...log)
  const anyTime = maybe(anyEvent.map((one) => one.createdAt))
  const anyFilter = fc.record({
    eventIds: maybe(
      fc.array(
        anyEvent.map((one) => one.eventId),
        { minLength: 1, maxLength: 9 },
      ),
    ),
    objectId: maybe(anyEvent.map((one) => one.objectId)),
    type: maybe(fc.constantFrom('*', 'payment.*', 'payment.created', 'payout.*', 'refund.sent')),
    ...{ from: anyTime, to: anyTime },
    missedOnly: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(anyFilter, fc.subarray(log), async (filter, takes) => {
      const wanted = named(log, filter, delivered)
      const one = await begin(world, endpoint.endpointId, filter)
      await work(world)
      assert.deepEqual((await waiting(world)).toSorted(), wanted.toSorted())
      const { state, sent } = await now(world, one)
      assert.deepEqual([state, sent], ['completed', wanted.length])
      const taken = takes.map((event) => event.eventId)
      for (const eventId of wanted) {
        if (taken.includes(eventId)) delivered.add(eventId)
        else delivered.delete(eventId)
      }
      await end(taken)
    }),
    { numRuns: 60 },
  )
})

/** Writes a log at once, each event delivered or waiting for the endpoint. */
async function writeLog(
  { db, book }: EventWorld,
  endpointId: string,
  { count, waits }: Readonly<{ count: number; waits: boolean }>,
): Promise<void> {
  const { bookId } = book
  await db.query(
    `insert into event (book_id, event_id, type, object_id, sequence, snapshot, created_at, position)
     select $1, 'evt_' || lpad(n::text, 6, '0'), 'payment.confirmed', 'pay_' || n, 1, '{}', now(), n
     from generate_series(1, $2::int) as n`,
    [bookId, count],
  )
  await db.query('insert into event_log values ($1, $2)', [bookId, count])
  await db.query(
    `insert into delivery (book_id, event_id, target, lane, state, due_at)
     select book_id, event_id, $2, $2, $3, case when $3 = 'pending' then created_at end
     from event where book_id = $1`,
    [bookId, endpointId, waits ? 'pending' : 'delivered'],
  )
}

/** Seen to fail with each piece going on behind its window, also where that held more than fits. */
test('a long log is sent in pieces, none of which is left out or sent twice', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const { endpoint } = await world.listen(URL)
  await database.db.query('delete from event_log')
  await writeLog(world, endpoint.endpointId, { count: 6_001, waits: false })
  const one = await begin(world, endpoint.endpointId, { missedOnly: true })
  await database.db.query(
    "update delivery set state = 'failed' where event_id not between 'evt_000400' and 'evt_005998'",
  )
  const sizes: number[] = []
  while ((await now(world, one)).state === 'running') {
    await work(world)
    sizes.push((await waiting(world)).length)
  }
  assert.deepEqual(sizes, [402])
  assert.equal((await now(world, one)).sent, 402)
})

/** Seen to fail with pieces that do not look at what waits already. */
test('a resend waits while its endpoint has hundreds of messages to take', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const { endpoint } = await world.listen(URL)
  await database.db.query('delete from event_log')
  await writeLog(world, endpoint.endpointId, { count: 2_000, waits: false })
  const one = await begin(world, endpoint.endpointId)
  const dueNow = () =>
    database.db.query("update webhook_resend set due_at = now() - interval '1 s'")
  await work(world)
  await dueNow()
  await work(world)
  assert.deepEqual((await now(world, one)).sent, 500)
  // Those that wait for their next attempt are nobody's queue.
  await database.db.query("update delivery set due_at = due_at + interval '5 h'")
  await dueNow()
  await work(world)
  assert.deepEqual((await now(world, one)).sent, 1_000)
  const { ctx, book } = world
  const canceled = await inDbTx(ctx, (dbTx) => cancelResend(ctx, dbTx, { book, ...one }))
  assert.deepEqual(
    [canceled.state, canceled.untilPosition - canceled.position],
    ['canceled', 1_000],
  )
  await work(world)
  assert.equal((await waiting(world)).length, 1_000)
})

/** Seen to fail with all that waits started anew: what its receiver is just reading came twice. */
test('what is due already is not started anew, what waits for a later attempt is', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const { endpoint } = await world.listen(URL)
  const due = await world.append('pay_due')
  const later = await world.append('pay_later')
  await world.sequence()
  await database.db.query(
    `update delivery set due_at = now() + interval '1 h', attempts = 1, round_attempts = 1,
       round_started_at = now() where event_id = $1`,
    [later.eventId],
  )
  const one = await begin(world, endpoint.endpointId)
  await work(world)
  assert.equal((await now(world, one)).sent, 1)
  const rows = await database.db.query<{ event_id: string }>(
    'select event_id from delivery where due_at <= now() and round_attempts = 0',
  )
  assert.deepEqual(new Set(rows.map((row) => row.event_id)), new Set([due.eventId, later.eventId]))
})

test('a resend ends when its endpoint is disabled', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const { endpoint } = await world.listen(URL)
  const { endpointId } = endpoint
  await world.append('pay_1')
  await world.sequence()
  const one = await begin(world, endpointId)
  const { ctx, book } = world
  await inDbTx(ctx, (dbTx) =>
    changeEndpoint(ctx, dbTx, { book, endpointId, change: { enabled: false } }),
  )
  await work(world)
  assert.equal((await now(world, one)).state, 'canceled')
  assert.deepEqual(await waiting(world), [])
})
