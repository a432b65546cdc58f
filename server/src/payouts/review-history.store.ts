import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'

/** That somebody approved, and when. */
export type Approval = Readonly<{ approver: string; at: Instant }>

/** Who approved a payout or a batch, the earliest first. */
export async function readApprovalHistory(
  db: Queryable,
  bookId: BookId,
  subjectId: string,
): Promise<readonly Approval[]> {
  const rows = await db.query<{ approver: string; approved_at: Instant }>(
    `select approver, approved_at from payout_approval where book_id = $1 and subject_id = $2
     order by approved_at, approver`,
    [bookId, subjectId],
  )
  return rows.map((row) => ({ approver: row.approver, at: row.approved_at }))
}
