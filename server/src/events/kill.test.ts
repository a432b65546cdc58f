import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { startCrew } from '../../test/event-crew.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { startMassReceiver, type MassReceiver } from '../../test/mass-receiver.ts'
import { isLong } from '../../test/payout-crash/length.ts'
import { inDbTx } from '../shell/db.ts'
import { appendEvent } from './append-event.ts'

const OBJECTS = 2_500
const VERSIONS = 4
const EVENTS = OBJECTS * VERSIONS
/** Events that are written in one transaction. */
const TOGETHER = 100
const KILLS = isLong ? 200 : 12
/** Between two kills come so many messages at most. */
const MESSAGES_MAX = isLong ? 300 : 4_000
const DOWN_MS = 3 * 3_600_000
const LOOK_MS = 100
// A lane whose worker was killed is out of reach for half a minute, and its follower starts slowly.
const PATIENCE_MS = 180_000

/** Numbers that look random and are the same each time. */
function* scatter(): Generator<number, never> {
  for (let seed = 42; ; seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) yield seed >> 8
}

/** Every object changes `VERSIONS` times; its snapshot says which change it is of. */
async function appendAll(world: EventWorld): Promise<readonly string[]> {
  const { ctx, book } = world
  const ids: string[] = []
  for (let version = 1; version <= VERSIONS; version += 1) {
    for (let first = 0; first < OBJECTS; first += TOGETHER) {
      const written = await inDbTx(ctx, async (dbTx) => {
        const own: string[] = []
        for (let index = first; index < first + TOGETHER; index += 1) {
          const objectId = `pay_${index}`
          const object = { id: objectId, version }
          const event = { book, type: 'payment.updated', objectId, object } as const
          own.push((await appendEvent(ctx, dbTx, event)).eventId)
        }
        return own
      })
      ids.push(...written)
    }
  }
  return ids
}

type Standing = Readonly<{ unplaced: number; pending: number; due_in_ms: number | null }>

async function standing({ db, ctx, book }: EventWorld): Promise<Standing> {
  const [row] = await db.query<Standing>(
    `select (select count(*) from event where book_id = $1 and position is null) as unplaced,
       (select count(*) from delivery where book_id = $1 and due_at is not null) as pending,
       (select ceil(extract(epoch from min(delivery.due_at) - $2::timestamptz) * 1000)::bigint
          - book.clock_offset_ms from delivery join book on book.book_id = delivery.book_id
        where delivery.book_id = $1 and delivery.due_at is not null
        group by book.clock_offset_ms) as due_in_ms`,
    [book.bookId, new Date(ctx.clock.now())],
  )
  return row ?? { unplaced: 0, pending: 0, due_in_ms: null }
}

/** Lets time pass whenever nothing is due, until everything is delivered. @returns how much */
async function passTime(world: EventWorld, onPassed: (passedMs: number) => void): Promise<void> {
  let passedMs = 0
  let changed = { left: 0, at: 0 }
  for (;;) {
    const { unplaced, pending, due_in_ms: dueInMs } = await standing(world)
    const left = unplaced + pending
    if (left === 0) return
    const now = world.ctx.clock.now()
    if (left !== changed.left || (dueInMs ?? 0) > 0) changed = { left, at: now }
    assert.ok(now - changed.at < PATIENCE_MS, `${left} deliveries are due, and nobody makes them`)
    if (unplaced > 0 || dueInMs === null || dueInMs <= 0) {
      await world.ctx.clock.sleep(LOOK_MS)
      continue
    }
    // The long form meets every retry of those hours, the short one wakes when they are over.
    const step = isLong ? dueInMs : Math.max(dueInMs, DOWN_MS - passedMs)
    await world.advance(step)
    passedMs += step
    onPassed(passedMs)
  }
}

function assertComplete(receiver: MassReceiver, ids: readonly string[]): void {
  const { arrived, problems } = receiver
  assert.deepEqual(problems, [])
  const missing = ids.filter((id) => !arrived.has(id))
  assert.deepEqual(missing.slice(0, 10), [], `${missing.length} events never arrived`)
  const known = new Set(ids)
  const strange = [...arrived.values()].filter((event) => !known.has(JSON.parse(event.body).id))
  assert.deepEqual(strange.slice(0, 10), [], 'nobody wrote these events')
  const ofObject = Map.groupBy(arrived.values(), (event) => event.objectId)
  assert.equal(ofObject.size, OBJECTS)
  for (const events of ofObject.values()) {
    const inOrder = events.toSorted((one, other) => one.sequence - other.sequence)
    const numbers = inOrder.map(({ sequence, data }) => `${sequence} is ${data.version}`)
    const expected = inOrder.map((_event, index) => `${index + 1} is ${index + 1}`)
    assert.deepEqual(numbers, expected)
  }
}

const copies = (receiver: MassReceiver): number =>
  [...receiver.arrived.values()].reduce((sum, event) => sum + event.copies, 0)

/**
 * Two workers on one database, again and again one of them killed at work: before it has an answer,
 * or before it has written down the one it got. Ten thousand events go to three endpoints, of which
 * one is down for three hours and one answers 500 to every second attempt at a message.
 *
 * Seen to fail with attempts recorded before they are made, with a killed worker's lanes not due
 * any more, and with deliveries written outside the transaction that gives events their place.
 */
test(
  'ten thousand events reach three endpoints, whatever happens to workers and endpoints',
  { timeout: 600_000 },
  async (t) => {
    await using database = await testDatabase()
    const world = await eventWorld(database.db)
    await using crew = startCrew(database.url, { workers: 2, standby: 2, kills: KILLS })
    const chance = scatter()
    let untilKill = MESSAGES_MAX / 2
    const onMessage = (answer: () => void): boolean => {
      untilKill -= 1
      if (untilKill > 0 || crew.kills() >= KILLS) return false
      untilKill = 1 + (chance.next().value % MESSAGES_MAX)
      if (chance.next().value % 2 === 0) answer()
      crew.kill()
      return true
    }
    const { secret } = world
    const start = (judge: (id: string, count: number) => number | 'cut'): Promise<MassReceiver> =>
      startMassReceiver({ secret, judge, onMessage })
    let isUp = false
    let refused = 0
    await using steady = await start(() => 200)
    await using away = await start(() => {
      refused += isUp ? 0 : 1
      return isUp ? 200 : 'cut'
    })
    await using moody = await start((_id, count) => (count % 2 === 1 ? 500 : 200))
    const all = [steady, away, moody]
    // Not what is told of the endpoints themselves: that one of them fails, and works again.
    for (const { url } of all) await world.listen(url, { events: ['payment.*'] })
    const ids = await appendAll(world)
    assert.equal(ids.length, EVENTS)
    await passTime(world, (passedMs) => (isUp ||= passedMs >= DOWN_MS))
    for (const receiver of all) assertComplete(receiver, ids)
    const counts = await database.db.query(
      'select state, count(*) as n from delivery group by state',
    )
    assert.deepEqual(counts, [{ state: 'delivered', n: 3 * EVENTS }])
    const doubled = copies(steady) - EVENTS
    t.diagnostic(
      `${crew.kills()} kills; ${doubled} came twice at the steady one; the one that was away ` +
        `cut off ${refused}; ${copies(moody)} messages at the moody one`,
    )
    assert.equal(crew.kills(), KILLS)
    assert.ok(doubled > 0, 'no event had to be sent again: nothing was proved')
    assert.ok(refused >= EVENTS / 2, 'the endpoint was hardly missed')
  },
)
