import type { BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import {
  plannedAttempts,
  type AfterAttempt,
  type DeliveryFailure,
  type DeliveryKey,
  type DeliveryOutcome,
  type DeliveryState,
  type DeliveryStatus,
  type Round,
} from './delivery.ts'
import type { SignatureKind } from './endpoint.ts'
import { eventOfRow } from './event.store.ts'
import type { Event } from './event.ts'
import type { LaneKey } from './lane.store.ts'

/** A delivery to be made: the lane in which it waits its turn, and from when on. */
export type NewDelivery = DeliveryKey & Readonly<{ lane: string; dueAt: Instant }>

/** A delivery whose time has come, with all that sending it needs. */
export type DueDelivery = Readonly<{
  key: DeliveryKey
  round: Round
  event: Event
  environment: Environment
  clockOffsetMs: number
  /** Absent when its endpoint was deleted or disabled. */
  url: string | undefined
  /** What signs it; `either`, of a callback: secrets, and the book's keys where it has some. */
  signature: SignatureKind | 'either'
  /** The endpoint's own secrets, sealed, the current one first; none: the book's count. */
  sealedSecrets: readonly Uint8Array[]
}>

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

type DueRow = Parameters<typeof eventOfRow>[0] &
  Readonly<{
    target: string
    round_attempts: number
    round_started_at: number | null
    environment: Environment
    clock_offset_ms: number
    url: string | null
    signature: SignatureKind | null
    sealed_secret: Buffer | null
    sealed_secret_before: Buffer | null
  }>

/** At most `limit` deliveries of a lane that are due, the longest due first. */
export async function dueDeliveries(
  db: Queryable,
  lane: LaneKey,
  options: Readonly<{ now: Instant; limit: number }>,
): Promise<readonly DueDelivery[]> {
  const rows = await db.query<DueRow>(
    `select event.book_id, event.event_id, event.type, event.object_id, event.sequence,
       event.snapshot, event.created_at, event.test_for, delivery.target, delivery.round_attempts,
       delivery.round_started_at, book.environment, book.clock_offset_ms,
       case delivery.target when 'callback' then event.callback_url else endpoint.url end as url,
       endpoint.signature, endpoint.sealed_secret,
       case when endpoint.before_retires_at > $3 then endpoint.sealed_secret_before end
         as sealed_secret_before
     from delivery
     join book on book.book_id = delivery.book_id
     join event on event.book_id = delivery.book_id and event.event_id = delivery.event_id
     left join webhook_endpoint as endpoint on endpoint.book_id = delivery.book_id
       and endpoint.endpoint_id = delivery.target and endpoint.deleted_at is null
       and (endpoint.disabled_at is null or event.test_for is not null)
     where delivery.book_id = $1 and delivery.lane = $2
       and delivery.due_at <= $3::timestamptz + book.clock_offset_ms * interval '1 millisecond'
     order by delivery.due_at, event.position limit $4`,
    [lane.bookId, lane.lane, new Date(options.now), options.limit],
  )
  return rows.map((row) => ({
    key: { bookId: row.book_id, eventId: row.event_id, target: row.target },
    round: { attempts: row.round_attempts, startedAt: row.round_started_at ?? undefined },
    event: eventOfRow(row),
    environment: row.environment,
    clockOffsetMs: row.clock_offset_ms,
    url: row.url ?? undefined,
    signature: row.signature ?? 'either',
    sealedSecrets: [row.sealed_secret, row.sealed_secret_before].filter((one) => one !== null),
  }))
}

/** Records an attempt and what follows from it. What was acknowledged once stays so. */
export async function recordAttempt(
  dbTx: DbTx,
  key: DeliveryKey,
  made: Readonly<{ startedAt: Instant; outcome: DeliveryOutcome; after: AfterAttempt }>,
): Promise<void> {
  const { startedAt, outcome, after } = made
  const answered = outcome.kind === 'answered'
  await dbTx.query(
    `with counted as (
       update delivery set attempts = attempts + 1, round_attempts = round_attempts + 1,
         round_started_at = coalesce(round_started_at, $4),
         state = case when state = 'pending' or $5 = 'delivered' then $5 else state end,
         due_at = case when state = 'pending' then $6::timestamptz end
       where book_id = $1 and event_id = $2 and target = $3
       returning attempts)
     insert into delivery_attempt
       (book_id, event_id, target, attempt, started_at, duration_ms, status, failure, answer_head)
     select $1, $2, $3, counted.attempts, $4, $7, $8, $9, $10 from counted`,
    [
      key.bookId,
      key.eventId,
      key.target,
      new Date(startedAt),
      after.state,
      after.state === 'pending' ? new Date(after.dueAt) : null,
      outcome.durationMs,
      answered ? outcome.status : null,
      answered ? null : outcome.failure,
      // PostgreSQL's text cannot hold a zero byte; what a stranger answers may.
      answered ? outcome.head.replaceAll('\0', '\uFFFD') : null,
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
