import type { BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'

/** Which kind of book it is. */
export async function environmentOf(
  db: Queryable,
  bookId: BookId,
): Promise<Environment | undefined> {
  const [row] = await db.query<{ environment: Environment }>(
    'select environment from book where book_id = $1',
    [bookId],
  )
  return row?.environment
}

/** What waits to be delivered in one kind of books. */
export type DeliveryMeasure = Readonly<{
  environment: Environment
  pending: number
  /** For how long the oldest event among them has waited, in ms. */
  oldestMs: number
  /** Targets for which something waits, and those of them that acknowledged nothing lately. */
  lanes: number
  failingLanes: number
}>

/** So many pending deliveries, and targets, are looked at. */
export const PENDING_MAX = 20_000

/** Counts what waits to be delivered; environments without any are left out. */
export async function readDeliveryMeasures(
  db: Queryable,
  now: Instant,
): Promise<readonly DeliveryMeasure[]> {
  const rows = await db.query<
    Readonly<{
      environment: Environment
      pending: number
      oldest_ms: number
      lanes: number
      failing_lanes: number
    }>
  >(
    `with waiting as (
       select book.environment, count(*) as pending,
         max(extract(epoch from $1::timestamptz - event.created_at) * 1000
           + book.clock_offset_ms)::float8 as oldest_ms
       from (select book_id, event_id from delivery where due_at is not null
             limit ${PENDING_MAX}) as one
       join event using (book_id, event_id) join book using (book_id)
       group by book.environment),
     queues as (
       select book.environment, count(*) as lanes, count(*) filter (where failing) as failing_lanes
       from (select book_id, failing from delivery_lane where due_at is not null
             order by due_at limit ${PENDING_MAX}) as one
       join book using (book_id) group by book.environment)
     select environment, coalesce(pending, 0) as pending, coalesce(oldest_ms, 0) as oldest_ms,
       coalesce(lanes, 0) as lanes, coalesce(failing_lanes, 0) as failing_lanes
     from waiting full join queues using (environment)`,
    [new Date(now)],
  )
  return rows.map((row) => ({
    environment: row.environment,
    pending: row.pending,
    oldestMs: Math.max(0, row.oldest_ms),
    lanes: row.lanes,
    failingLanes: row.failing_lanes,
  }))
}
