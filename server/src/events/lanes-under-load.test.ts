import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, startEventWorker, type EventWorld } from '../../test/event-world.ts'
import {
  startReceiver,
  type Receiver,
  type Received,
  type Reply,
} from '../../test/webhook-receiver.ts'
import { inDbTx } from '../shell/db.ts'
import { appendEvent } from './append-event.ts'
import { dueDeliveries } from './due-delivery.store.ts'

// Receivers that hang do so until they are closed: the worker, made before them, ends after them.
const long = { attemptMs: 60_000 }
const EVENTS = 300

const hang = (): Reply => () => undefined

async function appendMany(
  world: EventWorld,
  objectIds: readonly string[],
  text = '',
): Promise<void> {
  const { ctx, book } = world
  await inDbTx(ctx, async (dbTx) => {
    for (const objectId of objectIds) {
      const object = { id: objectId, text }
      await appendEvent(ctx, dbTx, { book, type: 'payment.updated', objectId, object })
    }
  })
}

const ids = (receiver: Receiver): number => new Set(receiver.received.map((one) => one.id)).size

/** Seen to fail with one lane for all endpoints of a book. */
test('under load a dead endpoint and poisoned events hold up nobody', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db, long)
  await using _worker = startEventWorker(world)
  const { secret } = world
  const poisoned = ({ objectId }: Received): Reply => (/^pay_\d*50$/.test(objectId) ? hang() : 200)
  await using dead = await startReceiver({ secrets: [secret], reply: hang })
  await using picky = await startReceiver({ secrets: [secret], reply: poisoned })
  await using stack = new AsyncDisposableStack()
  const living: Receiver[] = []
  for (let index = 0; index < 8; index += 1) {
    living.push(stack.use(await startReceiver({ secrets: [secret] })))
  }
  for (const { url } of [dead, picky, ...living]) await world.listen(url)
  const objects = Array.from({ length: EVENTS }, (_one, index) => `pay_${index}`)
  await appendMany(world, objects)
  await Promise.all([...living, picky].map((one) => one.until(EVENTS)))
  for (const one of [...living, picky]) assert.equal(ids(one), EVENTS)
  assert.ok(dead.received.length <= world.ctx.limits.widthMax)
})

/**
 * A database that refuses one record stands for whatever may make it so. Seen to fail (the others
 * come again and again) with a batch of records that stands or falls together.
 */
test('an attempt that cannot be written down makes no other message come twice', async () => {
  await using database = await testDatabase()
  await database.db.script(
    `alter table delivery_attempt add check (answer_head <> 'poison') not valid`,
  )
  const world = await eventWorld(database.db)
  await using _worker = startEventWorker(world)
  const reply = ({ objectId }: Received): Reply =>
    objectId === 'pay_7' ? (response) => response.end('poison') : 200
  await using receiver = await startReceiver({ secrets: [world.secret], reply })
  await using other = await startReceiver({ secrets: [world.secret] })
  for (const { url } of [receiver, other]) await world.listen(url)
  const objects = Array.from({ length: 50 }, (_one, index) => `pay_${index}`)
  await appendMany(world, objects)
  await other.until(50)
  const others = (): readonly Received[] =>
    receiver.received.filter((one) => one.objectId !== 'pay_7')
  while ((await delivered(world)) < 99 && others().length < 50) await world.ctx.clock.sleep(20)
  await receiver.until(others().length + 2)
  assert.equal(ids(other), 50)
  assert.equal(other.received.length, 50)
  assert.equal(new Set(others().map((one) => one.id)).size, others().length)
  assert.match(world.ctx.logged(), /a lane of deliveries failed/)
})

async function delivered({ db, book }: EventWorld): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    "select count(*) as n from delivery where book_id = $1 and state = 'delivered'",
    [book.bookId],
  )
  return row?.n ?? 0
}

/** Seen to fail with the bytes of a message counted against itself. */
test('large messages are read a few at a time, however many are due, and one in any case', async () => {
  await using database = await testDatabase()
  const { db } = database
  const world = await eventWorld(db)
  const { endpoint } = await world.listen('http://127.0.0.1:9/hook')
  await appendMany(world, ['pay_1', 'pay_2', 'pay_3', 'pay_4', 'pay_5'], 'x'.repeat(1_000))
  await world.sequence()
  const lane = { bookId: world.book.bookId, lane: endpoint.endpointId }
  const read = async (bytesMax: number, without: readonly string[] = []): Promise<string[]> => {
    const now = world.ctx.clock.now()
    const due = await dueDeliveries(db, lane, { now, limit: 10, bytesMax, without })
    return due.map((one) => one.event.eventId)
  }
  const all = await read(1_000_000)
  assert.equal(all.length, 5)
  assert.deepEqual(await read(1), all.slice(0, 1))
  assert.deepEqual(await read(2_100), all.slice(0, 3))
  assert.deepEqual(await read(1, all.slice(0, 3)), all.slice(3, 4))
})
