import type { Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { AfterAttempt, DeliveryKey, DeliveryOutcome, Round } from './delivery.ts'
import type { SignatureKind } from './endpoint.ts'
import type { Event } from './event.ts'
import { eventOfRow } from './event.store.ts'
import type { LaneKey } from './lane.store.ts'

/** A delivery whose time has come, with all that sending it needs. */
export type DueDelivery = Readonly<{
  key: DeliveryKey
  round: Round
  event: Event
  environment: Environment
  clockOffsetMs: number
  /** Where its event came to be, as `traceparent`. */
  trace: string | undefined
  /** Absent when its endpoint was deleted or disabled. */
  url: string | undefined
  /** `either` where nobody said how: a callback URL, whose receiver takes what it knows. */
  signature: SignatureKind | 'either'
  /** The endpoint's own secrets, sealed, the current one first; none: the book's count. */
  sealedSecrets: readonly Uint8Array[]
}>

/** What of the due deliveries of a lane is read. */
export type DueRead = Readonly<{
  now: Instant
  limit: number
  /** Snapshots are read until they have so many bytes; the first in any case. */
  bytesMax: number
  /** Events whose deliveries are in hand already. */
  without: readonly string[]
}>

type DueRow = Parameters<typeof eventOfRow>[0] &
  Readonly<{
    target: string
    round_attempts: number
    round_started_at: number | null
    environment: Environment
    clock_offset_ms: number
    trace: string | null
    url: string | null
    signature: SignatureKind | null
    sealed_secret: Buffer | null
    sealed_secret_before: Buffer | null
  }>

/** The deliveries of a lane that are due, the longest due first. */
export async function dueDeliveries(
  db: Queryable,
  lane: LaneKey,
  read: DueRead,
): Promise<readonly DueDelivery[]> {
  const rows = await db.query<DueRow>(
    `select due.book_id, due.event_id, due.type, due.object_id, due.sequence, due.snapshot,
       due.created_at, due.test_for, due.trace, due.target, due.round_attempts,
       due.round_started_at, book.environment, book.clock_offset_ms,
       case due.target when 'callback' then due.callback_url else endpoint.url end as url,
       endpoint.signature, endpoint.sealed_secret,
       case when endpoint.before_retires_at > $3 then endpoint.sealed_secret_before end
         as sealed_secret_before
     from (
       select event.book_id, event.event_id, event.type, event.object_id, event.sequence,
         event.snapshot, event.created_at, event.test_for, event.trace, event.callback_url,
         event.position, delivery.due_at, delivery.target, delivery.round_attempts,
         delivery.round_started_at,
         sum(octet_length(event.snapshot)) over (order by delivery.due_at, event.position)
           - octet_length(event.snapshot) as bytes_before
       from delivery
       join event on event.book_id = delivery.book_id and event.event_id = delivery.event_id
       where delivery.book_id = $1 and delivery.lane = $2
         -- One time for all, by which the index is cut: what is due later is not looked at.
         and delivery.due_at <= $3::timestamptz
           + (select clock_offset_ms from book where book_id = $1) * interval '1 millisecond'
         and not exists (select from unnest($5::text[]) as in_hand (event_id)
                         where in_hand.event_id = delivery.event_id)
       order by delivery.due_at, event.position limit $4) as due
     join book on book.book_id = due.book_id
     left join webhook_endpoint as endpoint on endpoint.book_id = due.book_id
       and endpoint.endpoint_id = due.target and endpoint.deleted_at is null
       and (endpoint.disabled_at is null or due.test_for is not null)
     where due.bytes_before < $6
     order by due.due_at, due.position`,
    [lane.bookId, lane.lane, new Date(read.now), read.limit, read.without, read.bytesMax],
  )
  return rows.map((row) => ({
    key: { bookId: row.book_id, eventId: row.event_id, target: row.target },
    round: { attempts: row.round_attempts, startedAt: row.round_started_at ?? undefined },
    event: eventOfRow(row),
    environment: row.environment,
    clockOffsetMs: row.clock_offset_ms,
    trace: row.trace ?? undefined,
    url: row.url ?? undefined,
    signature: row.signature ?? 'either',
    sealedSecrets: [row.sealed_secret, row.sealed_secret_before].filter((one) => one !== null),
  }))
}

/** An attempt that was made, in the book's time, and what follows from it. */
export type MadeAttempt = Readonly<{
  key: DeliveryKey
  startedAt: Instant
  outcome: DeliveryOutcome
  after: AfterAttempt
}>

/**
 * Records attempts of different deliveries, in one statement. What was acknowledged once stays so.
 */
export async function recordAttempts(dbTx: DbTx, attempts: readonly MadeAttempt[]): Promise<void> {
  const made = attempts.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
  const answer = ({ outcome }: MadeAttempt) => (outcome.kind === 'answered' ? outcome : undefined)
  await dbTx.query(
    `with made as (
       select book_id, event_id, target, to_timestamp(started_ms / 1000) as started_at, state,
         to_timestamp(due_ms / 1000) as due_at, duration_ms, status, failure, answer_head
       from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::float8[],
           $7::int[], $8::int[], $9::text[], $10::text[])
         as one (book_id, event_id, target, started_ms, state, due_ms, duration_ms, status, failure,
           answer_head)),
     counted as (
       update delivery set attempts = delivery.attempts + 1,
         round_attempts = delivery.round_attempts + 1,
         round_started_at = coalesce(delivery.round_started_at, made.started_at),
         state = case when delivery.state = 'pending' or made.state = 'delivered' then made.state
                 else delivery.state end,
         due_at = case when delivery.state = 'pending' then made.due_at end
       from made
       where delivery.book_id = made.book_id and delivery.event_id = made.event_id
         and delivery.target = made.target
       returning made.*, delivery.attempts)
     insert into delivery_attempt
       (book_id, event_id, target, attempt, started_at, duration_ms, status, failure, answer_head)
     select book_id, event_id, target, attempts, started_at, duration_ms, status, failure,
       answer_head
     from counted`,
    [
      made.map((one) => one.key.bookId),
      made.map((one) => one.key.eventId),
      made.map((one) => one.key.target),
      // Numbers: spelling a date costs more than all the rest of a row.
      made.map((one) => one.startedAt),
      made.map((one) => one.after.state),
      made.map(({ after }) => (after.state === 'pending' ? after.dueAt : null)),
      made.map((one) => one.outcome.durationMs),
      made.map((one) => answer(one)?.status ?? null),
      made.map(({ outcome }) => (outcome.kind === 'failed' ? outcome.failure : null)),
      // PostgreSQL's text cannot hold a zero byte; what a stranger answers may.
      made.map((one) => answer(one)?.head.replaceAll('\0', '\uFFFD') ?? null),
    ],
  )
}

const nameOf = ({ key }: MadeAttempt): string => `${key.bookId} ${key.eventId} ${key.target}`
