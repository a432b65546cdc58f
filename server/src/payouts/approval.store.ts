import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Notes that a key approved; once is enough. */
export async function insertApproval(
  dbTx: DbTx,
  bookId: BookId,
  of: Readonly<{ subjectId: string; approver: string; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into payout_approval (book_id, subject_id, approver, approved_at)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [bookId, of.subjectId, of.approver, new Date(of.now)],
  )
}

/** The keys that approved. */
export async function readApprovals(
  db: Queryable,
  bookId: BookId,
  subjectId: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ approver: string }>(
    `select approver from payout_approval where book_id = $1 and subject_id = $2
     order by approved_at, approver`,
    [bookId, subjectId],
  )
  return rows.map((row) => row.approver)
}
