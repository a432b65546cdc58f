import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import type { Health } from './endpoint-health.ts'

/** The queue of one target: an endpoint's, or that of all callback URLs of one origin. */
export type LaneKey = Readonly<{ bookId: BookId; lane: string }>

/** A lane that is ours until its lease ends. */
export type ClaimedLane = LaneKey & Readonly<{ failing: boolean; tries: number; health: Health }>

/** What of the due lanes may be claimed. */
export type LaneClaim = Readonly<{
  now: Instant
  leaseMs: number
  limit: number
  /** Also lanes whose target did not acknowledge anything the last time. */
  withFailing: boolean
  /** Books that have enough lanes in hand. */
  without: readonly BookId[]
}>

/** Says from when on something in these lanes is due. Sorted, so that two cannot block. */
export async function wakeLanes(
  dbTx: DbTx,
  lanes: readonly (LaneKey & Readonly<{ dueAt: Instant }>)[],
): Promise<void> {
  await dbTx.query(
    `insert into delivery_lane as lane (book_id, lane, due_at)
     select one.book_id, one.lane, min(one.due_at)
     from unnest($1::text[], $2::text[], $3::timestamptz[]) as one (book_id, lane, due_at)
     group by one.book_id, one.lane order by one.book_id, one.lane
     on conflict (book_id, lane) do update
       set due_at = least(coalesce(lane.due_at, excluded.due_at), excluded.due_at)`,
    [
      lanes.map((one) => one.bookId),
      lanes.map((one) => one.lane),
      lanes.map((one) => new Date(one.dueAt)),
    ],
  )
}

type HealthRow = Readonly<{ failing_since: number | null; told_failing: boolean }>
type ClaimedRow = HealthRow &
  Readonly<{ book_id: BookId; lane: string; failing: boolean; tries: number }>

const healthOfRow = (row: HealthRow): Health => ({
  failingSince: row.failing_since ?? undefined,
  isTold: row.told_failing,
})

/** Takes due lanes that nobody holds, the longest due first. */
export async function claimLanes(dbTx: DbTx, claim: LaneClaim): Promise<readonly ClaimedLane[]> {
  const rows = await dbTx.query<ClaimedRow>(
    `with due as (
       select lane.book_id, lane.lane
       from delivery_lane as lane join book on book.book_id = lane.book_id
       where lane.due_at is not null
         and lane.due_at <= $1::timestamptz + book.clock_offset_ms * interval '1 millisecond'
         and (lane.lease_until is null or lane.lease_until <= $1)
         and ($3 or not lane.failing) and not lane.book_id = any ($4)
       order by lane.due_at limit $5
       for update of lane skip locked)
     update delivery_lane as claimed set lease_until = $2, tries = claimed.tries + 1
     from due where claimed.book_id = due.book_id and claimed.lane = due.lane
     returning claimed.book_id, claimed.lane, claimed.failing, claimed.tries,
       claimed.failing_since, claimed.told_failing`,
    [
      new Date(claim.now),
      new Date(claim.now + claim.leaseMs),
      claim.withFailing,
      claim.without,
      claim.limit,
    ],
  )
  return rows.map((row) => ({
    bookId: row.book_id,
    lane: row.lane,
    failing: row.failing,
    tries: row.tries,
    health: healthOfRow(row),
  }))
}

/** How a lane's target does; locks it until the dbTx ends. */
export async function lockHealth(dbTx: DbTx, { bookId, lane }: LaneKey): Promise<Health> {
  const [row] = await dbTx.query<HealthRow>(
    `select failing_since, told_failing from delivery_lane
     where book_id = $1 and lane = $2 for update`,
    [bookId, lane],
  )
  return row === undefined ? { failingSince: undefined, isTold: false } : healthOfRow(row)
}

/** Notes how a lane's target does. */
export async function noteHealth(
  dbTx: DbTx,
  { bookId, lane }: LaneKey,
  { failingSince, isTold }: Health,
): Promise<void> {
  await dbTx.query(
    `update delivery_lane set failing_since = $3::timestamptz, told_failing = $4,
       failing = $3::timestamptz is not null
     where book_id = $1 and lane = $2`,
    [bookId, lane, failingSince === undefined ? null : new Date(failingSince), isTold],
  )
}

/** Holds a lane until `until`. */
export async function leaseLane(dbTx: DbTx, lane: LaneKey, until: Instant): Promise<void> {
  await dbTx.query('update delivery_lane set lease_until = $3 where book_id = $1 and lane = $2', [
    lane.bookId,
    lane.lane,
    new Date(until),
  ])
}

/**
 * Lets go of a lane; it is due again with its earliest delivery.
 *
 * The lane is locked first and by itself. Whoever adds a delivery locks it too, in the dbTx that
 * adds it: either the statement after the lock sees that delivery, or its adder waits for us and
 * then wakes the lane. In one statement the delivery could be missed by both.
 */
export async function releaseLane(dbTx: DbTx, lane: LaneKey): Promise<void> {
  await dbTx.query('select 1 from delivery_lane where book_id = $1 and lane = $2 for update', [
    lane.bookId,
    lane.lane,
  ])
  await dbTx.query(
    `update delivery_lane set lease_until = null, tries = 0,
       due_at = (select min(delivery.due_at) from delivery
                 where delivery.book_id = $1 and delivery.lane = $2)
     where book_id = $1 and lane = $2`,
    [lane.bookId, lane.lane],
  )
}
