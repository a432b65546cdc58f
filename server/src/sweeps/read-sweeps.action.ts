import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { listSweepIds } from './list.store.ts'
import { sweepSnapshot } from './snapshot.ts'
import { readSweeps } from './sweep.store.ts'

/** A sweep as `GET /v1/sweeps/:id` answers it. @throws sweeps.sweep_unknown */
export async function findSweep(db: Queryable, book: Book, id: string) {
  const [sweep] = await readSweeps(db, book.bookId, [id])
  if (sweep === undefined) throw new AppError('sweeps.sweep_unknown', { id })
  return sweepSnapshot(sweep)
}

/** A page of sweeps, newest first. @throws sweeps.sweep_place_unknown */
export async function listSweeps(db: Queryable, book: Book, place: ListPlace) {
  const { ids, total, next } = await listSweepIds(db, book.bookId, place)
  const sweeps = await readSweeps(db, book.bookId, ids)
  return { items: sweeps.map(sweepSnapshot), total, next }
}
