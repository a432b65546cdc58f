import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'

/** Which part of the list is asked for: a page from 1, or what comes after a sweep's id. */
export type SweepPlace = Readonly<{ page: number; limit: number; cursor?: string | undefined }>

/** The ids on one page, newest first, and how many there are on all; no `next`: the last page. */
export async function listSweepIds(
  db: Queryable,
  bookId: BookId,
  place: SweepPlace,
): Promise<Readonly<{ ids: readonly string[]; total: number; next: string | undefined }>> {
  const [counted] = await db.query<{ total: number }>(
    'select count(*) as total from sweep where book_id = $1',
    [bookId],
  )
  const after = await placeAfter(db, bookId, place.cursor)
  const skipped = after === undefined ? (place.page - 1) * place.limit : 0
  const rows = await db.query<{ sweep_id: string }>(
    `select sweep_id from sweep where book_id = $1
       and ($2::timestamptz is null or (created_at, sweep_id) < ($2, $3))
     order by created_at desc, sweep_id desc limit $4 offset $5`,
    [bookId, after?.at ?? null, after?.id ?? null, place.limit + 1, skipped],
  )
  const ids = rows.slice(0, place.limit).map((row) => row.sweep_id)
  const next = rows.length > place.limit ? ids.at(-1) : undefined
  return { ids, total: counted?.total ?? 0, next }
}

// A cursor is the last sweep of the page before: it stays good whatever is added meanwhile.
async function placeAfter(
  db: Queryable,
  bookId: BookId,
  cursor: string | undefined,
): Promise<Readonly<{ at: Date; id: string }> | undefined> {
  if (cursor === undefined) return undefined
  const [row] = await db.query<{ at: Instant }>(
    'select created_at as at from sweep where book_id = $1 and sweep_id = $2',
    [bookId, cursor],
  )
  if (row === undefined) throw new AppError('sweeps.sweep_place_unknown', { cursor })
  return { at: new Date(row.at), id: cursor }
}
