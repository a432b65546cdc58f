import type { BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'

/** Moves a sandbox's clock ahead, up to `offsetMaxMs` in all. @returns how far it is ahead then */
export async function addClockOffset(
  dbTx: DbTx,
  bookId: BookId,
  move: Readonly<{ ms: number; offsetMaxMs: number }>,
): Promise<number | undefined> {
  const [row] = await dbTx.query<{ clock_offset_ms: number }>(
    `update book set clock_offset_ms = clock_offset_ms + $2
     where book_id = $1 and environment = 'test' and clock_offset_ms + $2 <= $3
     returning clock_offset_ms`,
    [bookId, move.ms, move.offsetMaxMs],
  )
  return row?.clock_offset_ms
}
