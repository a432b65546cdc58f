import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import type { LaneKey } from './lane.store.ts'
import type { Resend, ResendFilter } from './resend.ts'

/** An event that a resend may send. */
export type Resendable = Readonly<{
  eventId: string
  type: string
  objectId: string
  position: number
}>

/** Places in the log that one look takes in, and the most events that it gives. */
export const WINDOW = { places: 2_000, limit: 250 } as const

const dateOf = (instant: Instant | undefined): Date | null =>
  instant === undefined ? null : new Date(instant)

/**
 * The next events that a resend is to send, in the order of the log; tests are none. What is due
 * already is left to the sender, who may have it in hand.
 *
 * @param now the book's time
 */
export async function nextToResend(
  db: Queryable,
  one: Resend,
  now: Instant,
): Promise<readonly Resendable[]> {
  const { type } = one
  const rows = await db.query<
    Readonly<{ event_id: string; type: string; object_id: string; position: number }>
  >(
    `select event.event_id, event.type, event.object_id, event.position from event
     left join delivery on delivery.book_id = event.book_id
       and delivery.event_id = event.event_id and delivery.target = $2
     where event.book_id = $1 and event.position > $3 and event.position <= $4
       and event.test_for is null
       and ($5::text[] is null or event.event_id = any ($5))
       and ($6::text is null or event.object_id = $6)
       and ($7::text is null or event.type = $7
         or (right($7, 1) = '*' and starts_with(event.type, rtrim($7, '*'))))
       and ($8::timestamptz is null or event.created_at >= $8)
       and ($9::timestamptz is null or event.created_at <= $9)
       and (not $10 or delivery.state is distinct from 'delivered')
       and (delivery.due_at is null or delivery.due_at > $11)
     order by event.position limit $12`,
    [
      ...[one.bookId, one.endpointId, one.position],
      Math.min(one.position + WINDOW.places, one.untilPosition),
      ...[one.eventIds ?? null, one.objectId ?? null, type ?? null],
      ...[dateOf(one.from), dateOf(one.to), one.missedOnly, new Date(now)],
      WINDOW.limit,
    ],
  )
  return rows.map((row) => ({
    eventId: row.event_id,
    type: row.type,
    objectId: row.object_id,
    position: row.position,
  }))
}

/**
 * The part of the log in which the events of a filter are, as far as an index tells: the place
 * before its first, and that of its last; absent where there are none.
 *
 * @param filter with at least one of the two
 */
export async function spanOf(
  db: Queryable,
  bookId: BookId,
  { eventIds, objectId }: Pick<ResendFilter, 'eventIds' | 'objectId'>,
): Promise<Readonly<{ before: number; last: number }> | undefined> {
  // Texts of their own: a condition that may be absent uses no index. And in a step of its own: the
  // least of all would be looked for along the whole log.
  const conditions = [
    ...(eventIds === undefined ? [] : ['event_id = any ($2::text[])']),
    ...(objectId === undefined ? [] : [`object_id = $${eventIds === undefined ? 2 : 3}`]),
  ]
  const [row] = await db.query<{ first: number | null; last: number | null }>(
    `with named as materialized (
       select position from event
       where book_id = $1 and position is not null and ${conditions.join(' and ')})
     select min(position) as first, max(position) as last from named`,
    [bookId, eventIds, objectId].filter((one) => one !== undefined),
  )
  if (row === undefined || row.first === null || row.last === null) return undefined
  return { before: row.first - 1, last: row.last }
}

/** Whether as much as `most` waits in a lane whose time has come. @param now the book's time */
export async function isBusy(
  db: Queryable,
  lane: LaneKey,
  { now, most }: Readonly<{ now: Instant; most: number }>,
): Promise<boolean> {
  const [row] = await db.query<{ waiting: number }>(
    `select count(*) as waiting from (
       select 1 as one from delivery where book_id = $1 and lane = $2 and due_at <= $3
       limit $4) as due`,
    [lane.bookId, lane.lane, new Date(now), most],
  )
  return (row?.waiting ?? 0) >= most
}
