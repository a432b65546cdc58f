import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Adds a range; a second time changes nothing. */
export async function insertRange(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; range: string; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into ip_range (book_id, range, created_at) values ($1, $2, $3)
     on conflict do nothing`,
    [one.bookId, one.range, new Date(one.now)],
  )
}

/** Takes a range out. */
export async function deleteRange(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; range: string }>,
): Promise<void> {
  await dbTx.query('delete from ip_range where book_id = $1 and range = $2', [
    one.bookId,
    one.range,
  ])
}

/** Turns the list on or off. */
export async function updateEnabled(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; enabled: boolean }>,
): Promise<void> {
  await dbTx.query('update book set ip_list_enabled = $2 where book_id = $1', [
    one.bookId,
    one.enabled,
  ])
}

/** The list of a book, in order of addition. */
export async function rangesOf(
  db: Queryable,
  bookId: BookId,
): Promise<Readonly<{ enabled: boolean; ranges: readonly string[] }>> {
  const rows = await db.query<{ enabled: boolean; ranges: readonly string[] }>(
    `select b.ip_list_enabled as enabled, array(
       select r.range from ip_range r where r.book_id = b.book_id
       order by r.created_at, r.range) as ranges
     from book b where b.book_id = $1`,
    [bookId],
  )
  return rows[0] ?? { enabled: false, ranges: [] }
}
