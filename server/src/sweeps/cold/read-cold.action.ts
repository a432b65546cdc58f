import { problemsOf } from '../../custody/outgoing/read-outgoing.action.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Book } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import type { ListPlace } from '../../shell/list-page.ts'
import { coldTransferSnapshot } from './cold-snapshot.ts'
import { listTransferIds, readTransfers } from './cold-transfer.store.ts'

/** A transfer as `GET /v1/sweeps/cold/:id` answers it. @throws sweeps.cold_transfer_unknown */
export async function findColdTransfer(db: Queryable, book: Book, id: string) {
  const [transfer] = await view(db, book, [id])
  if (transfer === undefined) throw new AppError('sweeps.cold_transfer_unknown', { id })
  return transfer
}

/** A page of transfers, newest first. @throws sweeps.cold_place_unknown */
export async function listColdTransfers(db: Queryable, book: Book, place: ListPlace) {
  const { ids, total, next } = await listTransferIds(db, book.bookId, place)
  return { items: await view(db, book, ids), total, next }
}

/** Transfers with what holds them up. */
async function view(db: Queryable, { bookId }: Book, ids: readonly string[]) {
  const transfers = await readTransfers(db, bookId, ids)
  const problems = await problemsOf(db, bookId, ids)
  return transfers.map((one) => {
    const shown = coldTransferSnapshot(one)
    return { ...shown, problem: shown.problem ?? problems.get(one.transferId) ?? null }
  })
}
