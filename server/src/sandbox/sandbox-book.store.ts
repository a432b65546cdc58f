import type { Book, BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'

/** The sandbox book with this id; absent where there is none, or it is a live one. */
export async function sandboxById(db: Queryable, bookId: string): Promise<Book | undefined> {
  const [row] = await db.query<{ book_id: BookId; org_id: string; clock_offset_ms: number }>(
    `select book_id, org_id, clock_offset_ms from book
     where book_id = $1 and environment = 'test'`,
    [bookId],
  )
  return (
    row && {
      bookId: row.book_id,
      orgId: row.org_id,
      environment: 'test',
      clockOffsetMs: row.clock_offset_ms,
    }
  )
}
