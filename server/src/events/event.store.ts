import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Event, EventNote } from './event.ts'
import type { ToldEvent } from './fan-out.ts'

type EventRow = Readonly<{
  book_id: BookId
  event_id: string
  type: string
  object_id: string
  sequence: number
  snapshot: string
  created_at: number
  test_for: string | null
}>

/** The event that a row holds. */
export const eventOfRow = (row: EventRow): Event => ({
  bookId: row.book_id,
  eventId: row.event_id,
  type: row.type,
  objectId: row.object_id,
  sequence: row.sequence,
  snapshot: row.snapshot,
  createdAt: row.created_at,
  isTest: row.test_for !== null,
})

/** An event that has just got its place in the log, with what its fan-out needs. */
export type Sequenced = ToldEvent & Readonly<{ createdAt: Instant }>

type SequencedRow = ToldRow & Readonly<{ created_at: number }>

type ToldRow = Readonly<{
  event_id: string
  type: string
  object_id: string
  callback_url: string | null
  test_for: string | null
}>

const toldOfRow = (row: ToldRow): ToldEvent => ({
  eventId: row.event_id,
  type: row.type,
  objectId: row.object_id,
  callbackUrl: row.callback_url ?? undefined,
  testFor: row.test_for ?? undefined,
})

/** At most `limit` books after `after` that have committed events without a place in the log. */
export async function unsequencedBooks(
  db: Queryable,
  page: Readonly<{ after: string; limit: number }>,
): Promise<readonly BookId[]> {
  // Hops from book to book along the index of what waits: the rows of one book are not walked.
  const rows = await db.query<{ book_id: BookId }>(
    `with recursive waiting as (
       (select book_id, 1 as place from event
        where position is null and book_id > $1 order by book_id limit 1)
       union all
       select (select min(event.book_id) from event
               where event.position is null and event.book_id > waiting.book_id),
              waiting.place + 1
       from waiting where waiting.book_id is not null and waiting.place < $2)
     select book_id from waiting where book_id is not null`,
    [page.after, page.limit],
  )
  return rows.map((row) => row.book_id)
}

/** Whether the book has committed events without a place in the log. */
export async function hasUnsequenced(db: Queryable, bookId: BookId): Promise<boolean> {
  const rows = await db.query(
    'select 1 as one from event where book_id = $1 and position is null limit 1',
    [bookId],
  )
  return rows.length > 0
}

/**
 * Locks the end of the book's log until the dbTx ends: who is told of an event, and who is there
 * to be told, do not change at the same time. @returns the place of the last event, 0 for none
 */
export async function lockLog(dbTx: DbTx, bookId: BookId): Promise<number> {
  await dbTx.query('insert into event_log values ($1, 0) on conflict do nothing', [bookId])
  const [head] = await dbTx.query<{ position: number }>(
    'select position from event_log where book_id = $1 for update',
    [bookId],
  )
  return head?.position ?? 0
}

/**
 * Locks the end of the book's log and puts at most `limit` committed events behind it.
 *
 * The lock comes first and by itself: the statement after it then sees whatever the sequencer
 * before has placed. Events of one object are taken in their order, because the later ones became
 * visible with or after the earlier ones, and `created_at` never falls along an object.
 */
export async function sequenceNext(
  dbTx: DbTx,
  bookId: BookId,
  limit: number,
): Promise<readonly Sequenced[]> {
  const head = await lockLog(dbTx, bookId)
  const placed = await dbTx.query<SequencedRow>(
    `with next as (
       select event_id, row_number() over (order by created_at, object_id, sequence) as place
       from (select event_id, created_at, object_id, sequence from event
             where book_id = $1 and position is null
             order by created_at, object_id, sequence limit $3) as waiting)
     update event set position = $2::bigint + next.place
     from next where event.book_id = $1 and event.event_id = next.event_id
     returning event.event_id, event.type, event.object_id, event.callback_url, event.test_for,
       event.created_at`,
    [bookId, head, limit],
  )
  await dbTx.query('update event_log set position = position + $2 where book_id = $1', [
    bookId,
    placed.length,
  ])
  return placed.map((row) => ({ ...toldOfRow(row), createdAt: row.created_at }))
}

/** The event with this id; absent when this book has none. */
export async function eventById(
  db: Queryable,
  bookId: BookId,
  eventId: string,
): Promise<Event | undefined> {
  const [row] = await db.query<EventRow>(
    `select book_id, event_id, type, object_id, sequence, snapshot, created_at, test_for
     from event where book_id = $1 and event_id = $2`,
    [bookId, eventId],
  )
  return row === undefined ? undefined : eventOfRow(row)
}

/** Where an event stands in the log, and what decides who is told of it. */
export type Place = ToldEvent & Readonly<{ position: number }>

/** The place of an event in the log; absent when this book's log does not hold it (yet). */
export async function placeOf(
  db: Queryable,
  bookId: BookId,
  eventId: string,
): Promise<Place | undefined> {
  const [row] = await db.query<ToldRow & Readonly<{ position: number }>>(
    `select event_id, position, type, object_id, callback_url, test_for from event
     where book_id = $1 and event_id = $2 and position is not null`,
    [bookId, eventId],
  )
  return row && { ...toldOfRow(row), position: row.position }
}

/** Which part of the log is read: what comes after `position`, at most `limit` events. */
export type LogPage = Readonly<{
  position: number
  limit: number
  /** A type, or a pattern that ends in `*`. */
  type?: string | undefined
  objectId?: string | undefined
  /** What happened then or later. */
  createdFrom?: Instant | undefined
}>

/**
 * The place of the last event that happened before an instant; 0 for none. It is sought from the
 * end: the younger the instant, the sooner it is found.
 */
export async function placeBefore(
  db: Queryable,
  bookId: BookId,
  instant: Instant,
): Promise<number> {
  const [row] = await db.query<{ position: number }>(
    `select position from event
     where book_id = $1 and position is not null and created_at < $2
     order by position desc limit 1`,
    [bookId, new Date(instant)],
  )
  return row?.position ?? 0
}

/** The events of a part of the log, in its order; what tries receivers is left out. */
export async function eventsAfter(
  db: Queryable,
  bookId: BookId,
  page: LogPage,
): Promise<readonly Event[]> {
  const rows = await db.query<EventRow>(
    `select book_id, event_id, type, object_id, sequence, snapshot, created_at, test_for
     from event
     where book_id = $1 and position > $2 and test_for is null
       and ($4::text is null or type = $4
         or (right($4, 1) = '*' and starts_with(type, rtrim($4, '*'))))
       and ($5::text is null or object_id = $5)
       and ($6::timestamptz is null or created_at >= $6)
     order by position limit $3`,
    [
      bookId,
      page.position,
      page.limit,
      page.type ?? null,
      page.objectId ?? null,
      page.createdFrom === undefined ? null : new Date(page.createdFrom),
    ],
  )
  return rows.map(eventOfRow)
}

/** The first events of some objects, at most `limit`, in their order; placed in the log or not. */
export async function notesOf(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{ objectIds: readonly string[]; limit: number }>,
): Promise<readonly EventNote[]> {
  const rows = await db.query<Omit<EventRow, 'book_id' | 'snapshot' | 'test_for'>>(
    `select event_id, type, object_id, sequence, created_at from event
     where book_id = $1 and object_id = any($2::text[])
     order by created_at, object_id, sequence limit $3`,
    [bookId, of.objectIds, of.limit],
  )
  return rows.map((row) => ({
    eventId: row.event_id,
    type: row.type,
    objectId: row.object_id,
    sequence: row.sequence,
    createdAt: row.created_at,
  }))
}
