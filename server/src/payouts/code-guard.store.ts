import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'

/** Wrong codes in a book since a time; the caller holds its lock. */
export type CodeGuard = Readonly<{ since: Instant; wrongCodes: number }>

/** Reads how many wrong codes there were, and locks that until the dbTx ends. */
export async function lockCodeGuard(dbTx: DbTx, bookId: BookId, now: Instant): Promise<CodeGuard> {
  await dbTx.query(
    `insert into payout_code_guard (book_id, since, wrong_codes) values ($1, $2, 0)
     on conflict do nothing`,
    [bookId, new Date(now)],
  )
  const [row] = await dbTx.query<{ since: Instant; wrong_codes: number }>(
    'select since, wrong_codes from payout_code_guard where book_id = $1 for update',
    [bookId],
  )
  if (row === undefined) throw new Error('the guard of codes was not written')
  return { since: row.since, wrongCodes: row.wrong_codes }
}

/** Writes it anew. */
export async function saveCodeGuard(dbTx: DbTx, bookId: BookId, guard: CodeGuard): Promise<void> {
  await dbTx.query('update payout_code_guard set since = $2, wrong_codes = $3 where book_id = $1', [
    bookId,
    new Date(guard.since),
    guard.wrongCodes,
  ])
}
