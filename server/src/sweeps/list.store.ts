import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'

/** Ids of sweeps. @throws sweeps.sweep_place_unknown when the cursor is none of this list's */
export const listSweepIds = (db: Queryable, bookId: BookId, place: ListPlace): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'sweep',
      id: 'sweep_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: '',
      params: [bookId],
    },
    { place, refuse },
  )

const refuse = (cursor: string): AppError => new AppError('sweeps.sweep_place_unknown', { cursor })
