import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'

/** Most cases of a payment that are told of. */
const CASES_MAX = 50

/** Ids of a payment's cases, open and ended, the earliest first. */
export async function readCaseIdsOf(
  db: Queryable,
  bookId: BookId,
  paymentId: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ exception_id: string }>(
    `select exception_id from payment_exception where book_id = $1 and payment_id = $2
     order by opened_at, exception_id limit $3`,
    [bookId, paymentId, CASES_MAX],
  )
  return rows.map((row) => row.exception_id)
}
