import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { LaneKey } from './lane.store.ts'
import type { Resend, ResendState } from './resend.ts'

type ResendRow = Readonly<{
  book_id: BookId
  endpoint_id: string
  resend_id: string
  missed_only: boolean
  event_ids: string[] | null
  object_id: string | null
  type: string | null
  from_at: number | null
  to_at: number | null
  position: number
  until_position: number
  sent: number
  state: ResendState
  created_at: number
  ended_at: number | null
}>

const COLUMNS = `book_id, endpoint_id, resend_id, missed_only, event_ids, object_id, type, from_at,
  to_at, position, until_position, sent, state, created_at, ended_at`

const resendOfRow = (row: ResendRow): Resend => ({
  bookId: row.book_id,
  endpointId: row.endpoint_id,
  resendId: row.resend_id,
  missedOnly: row.missed_only,
  eventIds: row.event_ids ?? undefined,
  objectId: row.object_id ?? undefined,
  type: row.type ?? undefined,
  from: row.from_at ?? undefined,
  to: row.to_at ?? undefined,
  position: row.position,
  untilPosition: row.until_position,
  sent: row.sent,
  state: row.state,
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
})

const dateOf = (instant: Instant | undefined): Date | null =>
  instant === undefined ? null : new Date(instant)

/** Writes a resend that begins now. @param now the machine's time */
export async function insertResend(dbTx: DbTx, one: Resend, now: Instant): Promise<void> {
  await dbTx.query(
    `insert into webhook_resend (${COLUMNS}, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 'running', $12, null, $13)`,
    [
      ...[one.bookId, one.endpointId, one.resendId, one.missedOnly, one.eventIds ?? null],
      ...[one.objectId ?? null, one.type ?? null, dateOf(one.from), dateOf(one.to)],
      ...[one.position, one.untilPosition, new Date(one.createdAt), new Date(now)],
    ],
  )
}

/** A resend; locked until the dbTx ends. */
export async function lockResend(
  dbTx: DbTx,
  bookId: BookId,
  resendId: string,
): Promise<Resend | undefined> {
  const [row] = await dbTx.query<ResendRow>(
    `select ${COLUMNS} from webhook_resend where book_id = $1 and resend_id = $2 for update`,
    [bookId, resendId],
  )
  return row && resendOfRow(row)
}

/** The latest resends to an endpoint, the newest first. */
export async function resendsTo(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{ endpointId: string; limit: number }>,
): Promise<readonly Resend[]> {
  const rows = await db.query<ResendRow>(
    `select ${COLUMNS} from webhook_resend where book_id = $1 and endpoint_id = $2
     order by resend_id desc limit $3`,
    [bookId, of.endpointId, of.limit],
  )
  return rows.map(resendOfRow)
}

/** One resend to an endpoint. */
export async function readResend(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{ endpointId: string; resendId: string }>,
): Promise<Resend | undefined> {
  const [row] = await db.query<ResendRow>(
    `select ${COLUMNS} from webhook_resend
     where book_id = $1 and endpoint_id = $2 and resend_id = $3`,
    [bookId, of.endpointId, of.resendId],
  )
  return row && resendOfRow(row)
}

/** How many resends to an endpoint run. */
export async function countRunning(db: Queryable, { bookId, lane }: LaneKey): Promise<number> {
  const [row] = await db.query<{ running: number }>(
    `select count(*) as running from webhook_resend
     where book_id = $1 and endpoint_id = $2 and state = 'running'`,
    [bookId, lane],
  )
  return row?.running ?? 0
}

/** Notes how far a resend has come. @param dueAt when it goes on, by the machine's clock */
export async function noteResent(dbTx: DbTx, one: Resend, dueAt: Instant): Promise<void> {
  await dbTx.query(
    `update webhook_resend set position = $3, sent = $4, due_at = $5
     where book_id = $1 and resend_id = $2`,
    [one.bookId, one.resendId, one.position, one.sent, new Date(dueAt)],
  )
}

/** Ends a resend. */
export async function endResend(
  dbTx: DbTx,
  one: Resend,
  end: Readonly<{ state: 'completed' | 'canceled'; at: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update webhook_resend set position = $3, sent = $4, state = $5, ended_at = $6, due_at = null
     where book_id = $1 and resend_id = $2`,
    [one.bookId, one.resendId, one.position, one.sent, end.state, new Date(end.at)],
  )
}
