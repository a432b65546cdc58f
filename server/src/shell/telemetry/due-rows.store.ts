import type { Instant } from '../clock.ts'
import type { Queryable } from '../db.ts'
import type { DueTable } from './due-table.ts'

/** How much waits in such a table. */
export type DueRows = Readonly<{
  job: string
  /** Rows whose time has come, those that are being worked on among them. */
  due: number
  /** For how long the oldest of them has been due, in ms; 0: none is. */
  lagMs: number
  /** Rows that wait for their time or have reached it. */
  scheduled: number
}>

/** So many rows of a table are looked at, the earliest first: where more wait, this is counted. */
export const DUE_ROWS_MAX = 10_000

/** Counts what is due in one table. Its name is the code's own. */
export async function readDueRows(
  db: Queryable,
  { job, table, clock }: DueTable,
  now: Instant,
): Promise<DueRows> {
  const [row] = await db.query<{ due: number; lag_ms: number; scheduled: number }>(
    `with earliest as (
       select ${clock === 'book' ? 'book_id, ' : ''}due_at from ${table}
       where due_at is not null order by due_at limit ${DUE_ROWS_MAX}),
     late as (
       select extract(epoch from $1::timestamptz - due_at) * 1000
         ${clock === 'book' ? '+ book.clock_offset_ms' : ''} as ms
       from earliest ${clock === 'book' ? 'join book using (book_id)' : ''})
     select count(*) filter (where ms >= 0) as due, count(*) as scheduled,
       greatest(max(ms), 0)::float8 as lag_ms from late`,
    [new Date(now)],
  )
  return {
    job,
    due: row?.due ?? 0,
    lagMs: row?.lag_ms ?? 0,
    scheduled: row?.scheduled ?? 0,
  }
}
