import type { Instant } from '../../shell/clock.ts'
import type { Queryable } from '../../shell/db.ts'

/** Since when nothing new is signed, and why. */
export type SendingHalt = Readonly<{ haltedAt: Instant; reason: string }>

/** The halt that stands; absent while sending goes on. */
export async function findSendingHalt(db: Queryable): Promise<SendingHalt | undefined> {
  const [row] = await db.query<{ halted_at: Instant; reason: string }>(
    'select halted_at, reason from sending_halt',
  )
  return row === undefined ? undefined : { haltedAt: row.halted_at, reason: row.reason }
}

/** Halts sending; a halt that stands already stays as it is. */
export async function insertSendingHalt(db: Queryable, halt: SendingHalt): Promise<void> {
  await db.query(
    'insert into sending_halt (halted_at, reason) values ($1, $2) on conflict do nothing',
    [new Date(halt.haltedAt), halt.reason],
  )
}

/** Ends the halt. @returns false when there was none */
export async function deleteSendingHalt(db: Queryable): Promise<boolean> {
  return (await db.query('delete from sending_halt returning 1 as ended')).length === 1
}

/** Has everything that waited for the end of the halt looked at now. */
export async function wakeHalted(db: Queryable, now: Instant): Promise<void> {
  await db.query(
    `update outgoing set due_at = $1
     where state in ('planned', 'built') and due_at is not null and due_at > $1`,
    [new Date(now)],
  )
}
