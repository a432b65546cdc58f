import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import {
  plannedAttempts,
  type DeliveryFailure,
  type DeliveryKey,
  type DeliveryState,
  type DeliveryStatus,
} from './delivery.ts'
import type { LaneKey } from './lane.store.ts'

/** A delivery to be made: the lane in which it waits its turn, and from when on. */
export type NewDelivery = DeliveryKey & Readonly<{ lane: string; dueAt: Instant }>

/**
 * Writes deliveries, and starts those anew that exist: whatever became of them, their schedule
 * begins again.
 */
export async function startDeliveries(
  dbTx: DbTx,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  await dbTx.query(
    `insert into delivery (book_id, event_id, target, lane, state, due_at)
     select one.book_id, one.event_id, one.target, one.lane, 'pending', one.due_at
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
       as one (book_id, event_id, target, lane, due_at)
     on conflict (book_id, event_id, target) do update
       set state = 'pending', due_at = excluded.due_at, round_attempts = 0, round_started_at = null`,
    [
      deliveries.map((one) => one.bookId),
      deliveries.map((one) => one.eventId),
      deliveries.map((one) => one.target),
      deliveries.map((one) => one.lane),
      deliveries.map((one) => new Date(one.dueAt)),
    ],
  )
}

/** Ends the deliveries of a lane that wait: its endpoint is deleted, or disabled. */
export async function cancelDeliveries(dbTx: DbTx, lane: LaneKey): Promise<void> {
  await dbTx.query(
    `update delivery set state = 'canceled', due_at = null
     where book_id = $1 and lane = $2 and due_at is not null`,
    [lane.bookId, lane.lane],
  )
}

/** Ends one delivery that waits: its endpoint was deleted, or disabled. */
export async function cancelDelivery(dbTx: DbTx, key: DeliveryKey): Promise<void> {
  await dbTx.query(
    `update delivery set state = 'canceled', due_at = null
     where book_id = $1 and event_id = $2 and target = $3 and due_at is not null`,
    [key.bookId, key.eventId, key.target],
  )
}

type StatusRow = Readonly<{
  target: string
  state: DeliveryState
  due_at: number | null
  round_attempts: number
  round_started_at: number | null
  is_test: boolean
}>
type AttemptRow = Readonly<{
  target: string
  attempt: number
  started_at: number
  duration_ms: number
  status: number | null
  failure: DeliveryFailure | null
  answer_head: string | null
}>

/** The deliveries of an event with every attempt. */
export async function deliveriesOf(
  db: Queryable,
  bookId: BookId,
  eventId: string,
): Promise<readonly DeliveryStatus[]> {
  const statuses = await db.query<StatusRow>(
    `select target, state, due_at, round_attempts, round_started_at,
       event.test_for is not null as is_test
     from delivery join event
       on event.book_id = delivery.book_id and event.event_id = delivery.event_id
     where delivery.book_id = $1 and delivery.event_id = $2 order by target`,
    [bookId, eventId],
  )
  const attempts = await db.query<AttemptRow>(
    `select target, attempt, started_at, duration_ms, status, failure, answer_head
     from delivery_attempt where book_id = $1 and event_id = $2 order by target, attempt`,
    [bookId, eventId],
  )
  return statuses.map((status) => ({
    target: status.target,
    state: status.state,
    planned: plannedOf(status),
    attempts: attempts
      .filter((row) => row.target === status.target)
      .map((row) => ({
        attempt: row.attempt,
        startedAt: row.started_at,
        durationMs: row.duration_ms,
        status: row.status ?? undefined,
        failure: row.failure ?? undefined,
        answerHead: row.answer_head ?? undefined,
      })),
  }))
}

function plannedOf(row: StatusRow): readonly Instant[] {
  if (row.due_at === null) return []
  if (row.is_test) return [row.due_at]
  const round = { attempts: row.round_attempts, startedAt: row.round_started_at ?? undefined }
  return plannedAttempts(round, row.due_at)
}
