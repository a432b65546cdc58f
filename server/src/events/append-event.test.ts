import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowMadeUpEvents, testDatabase } from '../../test/database.ts'
import type { Book, BookId } from '../shell/book.ts'
import { manualClock } from '../shell/clock.ts'
import { inDbTx } from '../shell/db.ts'
import { createIds } from '../shell/ids.ts'
import { appendEvent } from './append-event.ts'
import type { EventType } from './event-types.ts'

const book: Book = {
  bookId: 'book_1' as BookId,
  orgId: 'org_1',
  environment: 'test',
  clockOffsetMs: 60_000,
}

test("an event is written with its change, in the book's time, and vanishes with it", async () => {
  await using database = await testDatabase()
  allowMadeUpEvents(database.db)
  const clock = manualClock(1_000_000)
  const ctx = { clock, ids: createIds(clock), db: database.db }
  await database.db.query("insert into organization values ('org_1', 'One', now())")
  await database.db.query("insert into book values ('book_1', 'org_1', 'test', 0, 60000, now())")
  const append = (type: EventType) =>
    inDbTx(ctx, (dbTx) =>
      appendEvent(ctx, dbTx, { book, type, objectId: 'pay_1', object: { id: 'pay_1' } }),
    )
  assert.equal((await append('payment.created')).sequence, 1)
  await assert.rejects(
    inDbTx(ctx, async (dbTx) => {
      await appendEvent(ctx, dbTx, { book, type: 'payment.failed', objectId: 'pay_1', object: {} })
      throw new Error('changed its mind')
    }),
    /changed its mind/,
  )
  assert.equal((await append('payment.confirmed')).sequence, 2)
  const rows = await database.db.query(
    'select type, sequence, created_at, snapshot from event order by sequence',
  )
  const at = 1_060_000
  assert.deepEqual(rows, [
    { type: 'payment.created', sequence: 1, created_at: at, snapshot: '{"id":"pay_1"}' },
    { type: 'payment.confirmed', sequence: 2, created_at: at, snapshot: '{"id":"pay_1"}' },
  ])
})
