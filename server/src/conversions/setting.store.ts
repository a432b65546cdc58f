import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'

/** What a book keeps of a conversion where it sets nothing else: nothing. */
export const SPREAD_PPM = 0

const BATCH_MAX = 500

/** What a book keeps of conversions, in parts per million. Concurrent calls share a statement. */
export const readSpread: (db: Queryable, bookId: BookId) => Promise<number> = gatherOn(
  async (db: Queryable, bookIds: readonly BookId[]): Promise<readonly number[]> => {
    const rows = await db.query<{ book_id: BookId; spread_ppm: number }>(
      'select book_id, spread_ppm from conversion_setting where book_id = any($1::text[])',
      [[...new Set(bookIds)]],
    )
    const found = new Map(rows.map((row) => [row.book_id, row.spread_ppm]))
    return bookIds.map((bookId) => found.get(bookId) ?? SPREAD_PPM)
  },
  { batchMax: BATCH_MAX },
)

/** Sets what is kept of conversions from now on. */
export async function putSpread(dbTx: DbTx, bookId: BookId, spreadPpm: number): Promise<void> {
  await dbTx.query(
    `insert into conversion_setting (book_id, spread_ppm) values ($1, $2)
     on conflict (book_id) do update set spread_ppm = excluded.spread_ppm`,
    [bookId, spreadPpm],
  )
}
