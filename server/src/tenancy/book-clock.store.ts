import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Moves a sandbox's clock ahead, up to `offsetMaxMs` in all. @returns how far it is ahead then */
export async function addClockOffset(
  dbTx: DbTx,
  bookId: BookId,
  move: Readonly<{ ms: number; offsetMaxMs: number; now: Instant }>,
): Promise<number | undefined> {
  const [row] = await dbTx.query<{ clock_offset_ms: number }>(
    `with moved as (
       update book set clock_offset_ms = clock_offset_ms + $2
       where book_id = $1 and environment = 'test' and clock_offset_ms + $2 <= $3
       returning clock_offset_ms)
     insert into book_clock_move (book_id, offset_ms, moved_at)
     select $1, clock_offset_ms, $4 from moved returning offset_ms as clock_offset_ms`,
    [bookId, move.ms, move.offsetMaxMs, new Date(move.now)],
  )
  return row?.clock_offset_ms
}

/** How far a book's clock was ahead since when by the machine's clock; the earliest move first. */
export async function readClockMoves(
  db: Queryable,
  bookId: BookId,
): Promise<readonly Readonly<{ since: Instant; offsetMs: number }>[]> {
  const rows = await db.query<{ moved_at: Instant; offset_ms: number }>(
    'select moved_at, offset_ms from book_clock_move where book_id = $1 order by offset_ms',
    [bookId],
  )
  return rows.map((row) => ({ since: row.moved_at, offsetMs: row.offset_ms }))
}
