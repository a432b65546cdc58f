import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { startCrew } from '../../test/event-crew.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { isLong } from '../../test/payout-crash/length.ts'
import { startReceiver } from '../../test/webhook-receiver.ts'
import type { EventType } from './event-types.ts'

const KILLS = isLong ? 50 : 20
const OBJECTS = 5

/** Numbers that look random and are the same each time. */
function* scatter(): Generator<number, never> {
  for (let seed = 42; ; seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) yield seed >> 8
}

const pending = async (world: EventWorld): Promise<number> => {
  const [row] = await world.db.query<{ n: number }>(
    `select (select count(*) from event where position is null)
       + (select count(*) from delivery where state <> 'delivered') as n`,
  )
  return row?.n ?? 0
}

/**
 * Seen to fail with the attempt recorded before it is made (events never arrive), and with a lane
 * taken out of the queue when it is claimed (what a quiet lane's worker held is never sent again).
 */
test(
  'workers killed at work, one after the other, lose no event, and only the sequence is needed to tell order',
  {
    timeout: 120_000,
  },
  async (t) => {
    await using database = await testDatabase()
    const world = await eventWorld(database.db)
    await using crew = startCrew(database.url, { workers: 1, standby: 3, kills: KILLS })
    const chance = scatter()
    let untilKill = 1
    const appended: Promise<{ eventId: string }>[] = []
    const append = (type: EventType = 'payment.updated'): void => {
      appended.push(world.append(`pay_${appended.length % OBJECTS}`, { type }))
    }
    await using receiver = await startReceiver({
      secrets: [world.secret],
      reply: () => {
        untilKill -= 1
        if (untilKill > 0 || crew.kills() >= KILLS) return 200
        untilKill = 1 + (chance.next().value % 12)
        append()
        // Before any answer; or with it, so that the worker dies before or after its record.
        if (chance.next().value % 2 === 0) return () => crew.kill()
        return (response) => response.writeHead(200).end(() => crew.kill())
      },
    })
    // The second lane gets nothing new after the start: nothing but its own row wakes it again.
    await world.listen(receiver.url, { events: ['payment.*'] })
    await world.listen(`${receiver.url}/quiet`, { events: ['wallet.*'] })
    for (let index = 0; index < 100; index += 1) append()
    for (let index = 0; index < 30; index += 1) append('wallet.deposit.completed')
    for (let left = 1; left > 0 || crew.kills() < KILLS; left = await pending(world)) {
      if (left === 0) append()
      await world.ctx.clock.sleep(20)
    }
    const events = await Promise.all(appended)
    const { received } = receiver
    const byId = Map.groupBy(received, (message) => message.id)
    assert.deepEqual(
      events.map((event) => event.eventId).filter((id) => !byId.has(id)),
      [],
      'events that never arrived',
    )
    assert.ok(received.every((message) => message.signed.crytom && message.signed.standard))
    for (const [id, copies] of byId) {
      assert.equal(new Set(copies.map((one) => one.body)).size, 1, `the copies of ${id} differ`)
    }
    const first = [...byId.values()].flatMap(([message]) =>
      message === undefined ? [] : [message],
    )
    for (const messages of Map.groupBy(first, (message) => message.objectId).values()) {
      const numbers = messages.map((message) => message.sequence).sort((a, b) => a - b)
      assert.deepEqual(
        numbers,
        messages.map((_message, index) => index + 1),
      )
    }
    t.diagnostic(`${events.length} events, ${received.length} messages, ${crew.kills()} kills`)
    assert.ok(received.length > events.length, 'no event had to be sent again: nothing was proved')
  },
)
