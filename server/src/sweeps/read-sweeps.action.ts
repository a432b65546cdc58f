import { problemsOf } from '../custody/outgoing/read-outgoing.action.ts'
import { AppError } from '../errors/app-error.ts'
import type { AssetId } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { listSweepIds } from './list.store.ts'
import { sweepSnapshot } from './snapshot.ts'
import { NEWEST_MAX, sweepStanding, type SweepStanding } from './sweep-standing.ts'
import { readNewest, readSweeps } from './sweep.store.ts'

/** A sweep as `GET /v1/sweeps/:id` answers it. @throws sweeps.sweep_unknown */
export async function findSweep(db: Queryable, book: Book, id: string) {
  const [sweep] = await view(db, book, [id])
  if (sweep === undefined) throw new AppError('sweeps.sweep_unknown', { id })
  return sweep
}

/** A page of sweeps, newest first. @throws sweeps.sweep_place_unknown */
export async function listSweeps(db: Queryable, book: Book, place: ListPlace) {
  const { ids, total, next } = await listSweepIds(db, book.bookId, place)
  return { items: await view(db, book, ids), total, next }
}

/** Sweeps with what holds them up. */
async function view(db: Queryable, { bookId }: Book, ids: readonly string[]) {
  const sweeps = await readSweeps(db, bookId, ids)
  const problems = await problemsOf(db, bookId, ids)
  return sweeps.map((sweep) => {
    const shown = sweepSnapshot(sweep)
    return { ...shown, problem: shown.problem ?? problems.get(sweep.sweepId) ?? null }
  })
}

/** Whether a sweep of an asset may begin now, or what stands against it. */
export async function standingOf(
  { db, clock }: Pick<ShellCtx, 'db' | 'clock'>,
  of: Readonly<{ bookId: BookId; asset: AssetId }>,
): Promise<SweepStanding> {
  return sweepStanding(await readNewest(db, of, NEWEST_MAX), clock.now())
}
