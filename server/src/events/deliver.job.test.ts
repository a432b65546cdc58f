import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, startEventWorker } from '../../test/event-world.ts'
import { startReceiver, type Received, type Reply } from '../../test/webhook-receiver.ts'
import { openDb, inDbTx } from '../shell/db.ts'
import { createSealer } from '../shell/sealer.ts'
import { startDeliveries } from './delivery.store.ts'
import { readEvent } from './events.action.ts'
import { claimLanes, releaseLane, wakeLanes } from './lane.store.ts'

// Receivers that hang do so until they are closed: the worker, made before them, ends after them.
const long = { attemptMs: 60_000 }

const hang = (): Reply => () => undefined

/** Seen to fail with the lane of an endpoint given by its book: one queue for all its endpoints. */
test('a target that hangs holds up no other', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db, { ...long, lanesMax: 2, widthMax: 2 })
  await using _worker = startEventWorker(world)
  await using dead = await startReceiver({ secrets: [world.secret], reply: hang })
  await using good = await startReceiver({ secrets: [world.secret] })
  await world.listen(dead.url)
  await world.listen(good.url)
  for (let index = 0; index < 20; index += 1) await world.append(`pay_${index}`)
  await good.until(20)
  assert.ok(dead.received.length <= 2, `${dead.received.length} messages hang at once`)
})

/** Seen to fail with the messages of a lane sent in rounds, each waiting for its slowest. */
test('an event on which its receiver hangs does not hold up the others', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db, { ...long, widthMax: 2 })
  await using _worker = startEventWorker(world)
  const reply = ({ objectId }: Received): Reply => (objectId === 'pay_bad' ? hang() : 200)
  await using receiver = await startReceiver({ secrets: [world.secret], reply })
  await world.listen(receiver.url)
  await world.append('pay_bad')
  for (let index = 0; index < 20; index += 1) await world.append(`pay_${index}`)
  await receiver.until(21)
  assert.equal(new Set(receiver.received.map((one) => one.id)).size, 21)
})

/** Seen to fail with what is in flight asked after the database: a message that lands comes twice. */
test('as long as nothing goes wrong, every message is sent once', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret] })
  await world.listen(receiver.url)
  for (let index = 0; index < 200; index += 1) await world.append(`pay_${index % 7}`)
  await world.settle()
  assert.equal(receiver.received.length, 200)
  assert.equal(new Set(receiver.received.map((one) => one.id)).size, 200)
})

/** Seen to fail with no share set aside: sixteen dead targets fill the room of sixteen lanes. */
test('targets that failed leave room for those that do not', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db, { ...long, lanesMax: 16, failingLanesMax: 2 })
  let isDead = false
  const reply = (): Reply => (isDead ? hang() : 500)
  await using _worker = startEventWorker(world)
  await using failing = await startReceiver({ secrets: [world.secret], reply })
  await using good = await startReceiver({ secrets: [world.secret] })
  for (let index = 0; index < 18; index += 1) await world.listen(`${failing.url}/${index}`)
  await world.append('pay_1')
  await failing.until(18)
  isDead = true
  await world.advance(5_000)
  await failing.until(18 + 8)
  await world.listen(good.url)
  for (let index = 0; index < 5; index += 1) await world.append('pay_1')
  await good.until(5)
})

/** Seen to fail with no share set aside: one book's dead targets fill the room of twelve. */
test('a book with many dead targets leaves room for the other books', async () => {
  await using database = await testDatabase()
  const limits = { ...long, lanesMax: 12, bookLanesMax: 2 }
  const world = await eventWorld(database.db, limits)
  const other = await eventWorld(database.db, limits)
  await using _worker = startEventWorker(world)
  await using dead = await startReceiver({ secrets: [world.secret], reply: hang })
  await using good = await startReceiver({ secrets: [other.secret] })
  for (let index = 0; index < 18; index += 1) await world.listen(`${dead.url}/${index}`)
  await world.append('pay_1')
  await dead.until(8)
  await other.listen(good.url)
  await other.append('pay_1')
  await good.until(1)
  assert.deepEqual(good.received[0]?.signed, { crytom: true, standard: true })
})

/** Seen to fail with the lane's next time computed in the statement that waits for its lock. */
test('a delivery that is added while its lane is let go of is not forgotten', async () => {
  await using database = await testDatabase('second allowed')
  const { db } = database
  const world = await eventWorld(db)
  const { bookId } = world.book
  const { eventId } = await world.append('pay_1')
  const lane = { bookId, lane: 'whe_1' }
  await inDbTx({ db }, (dbTx) => wakeLanes(dbTx, [{ ...lane, dueAt: 0 }]))
  const now = world.ctx.clock.now()
  const claim = { now, leaseMs: 30_000, limit: 8, withFailing: true, without: [] }
  assert.equal((await inDbTx({ db }, (dbTx) => claimLanes(dbTx, claim))).length, 1)
  let releasing: Promise<void> = Promise.resolve()
  await inDbTx({ db }, async (dbTx) => {
    const added = { ...lane, eventId, target: 'whe_1', dueAt: now }
    await startDeliveries(dbTx, [added])
    await wakeLanes(dbTx, [added])
    releasing = inDbTx({ db }, (other) => releaseLane(other, lane))
    await untilBlocked(database.url)
  })
  await releasing
  const rows = await db.query<{ due_at: number | null }>('select due_at from delivery_lane')
  assert.deepEqual(rows, [{ due_at: now }])
})

/** Waits until some connection of the database waits for a lock. */
async function untilBlocked(url: string): Promise<void> {
  await using db = openDb(url)
  for (;;) {
    const blocked = await db.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (blocked.length > 0) return
  }
}

test('a worker that dies leaves its lane to others when its lease is over, not before', async () => {
  await using database = await testDatabase()
  const { db } = database
  const world = await eventWorld(db)
  const lane = { bookId: world.book.bookId, lane: 'whe_1' }
  await inDbTx({ db }, (dbTx) => wakeLanes(dbTx, [{ ...lane, dueAt: 0 }]))
  const claimAt = async (now: number): Promise<number> => {
    const claim = { now, leaseMs: 30_000, limit: 8, withFailing: true, without: [] }
    return (await inDbTx({ db }, (dbTx) => claimLanes(dbTx, claim))).length
  }
  assert.deepEqual([await claimAt(1_000), await claimAt(30_999), await claimAt(31_000)], [1, 0, 1])
})

test('a secret that cannot be opened fails that endpoint alone, in the log and beside it', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret] })
  const strange = createSealer(new Uint8Array(32).fill(9)).seal('webhook_endpoint.secret', 'whsec_')
  await world.listen(receiver.url)
  const { endpoint } = await world.listen(`${receiver.url}/own`, { hasOwnSecret: true })
  await database.db.query(
    'update webhook_endpoint set sealed_secret = $1 where sealed_secret is not null',
    [strange],
  )
  const { eventId } = await world.append('pay_1')
  await world.settle()
  const { deliveries } = await readEvent(world.ctx, world.book, eventId)
  const failed = deliveries.find((one) => one.target === endpoint.endpointId)
  assert.deepEqual(
    failed?.attempts.map((one) => one.failure),
    ['internal'],
  )
  assert.deepEqual(
    receiver.received.map((one) => one.path),
    ['/hook'],
  )
  assert.match(world.ctx.logged(), /a delivery could not be sent/)
})
