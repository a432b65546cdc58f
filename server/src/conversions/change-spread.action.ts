import assert from 'node:assert/strict'
import type { Book } from '../shell/book.ts'
import { appendEvent } from '../events/append-event.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { SPREAD_PPM_MAX } from './price-conversion.ts'
import { putSpread, readSpread } from './setting.store.ts'

/** What a book keeps of conversions, in parts per million. */
export const spreadOf = (db: Queryable, book: Book): Promise<number> => readSpread(db, book.bookId)

/** Sets that for the conversions from now on. @param spreadPpm 0 to `SPREAD_PPM_MAX` */
export async function setSpread(dbTx: DbTx, book: Book, spreadPpm: number): Promise<void> {
  assert(spreadPpm >= 0 && spreadPpm <= SPREAD_PPM_MAX, `${spreadPpm} ppm is no spread`)
  await putSpread(dbTx, book.bookId, spreadPpm)
}

/** Sets it, and tells of it where it was another. @returns it as it is told */
export async function changeSpread(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, spreadPpm }: Readonly<{ book: Book; spreadPpm: number }>,
) {
  const before = await readSpread(dbTx, book.bookId)
  await setSpread(dbTx, book, spreadPpm)
  const object = { spread_ppm: spreadPpm }
  if (before === spreadPpm) return object
  const type = 'settings.conversions_changed'
  await appendEvent(ctx, dbTx, { book, type, objectId: 'settings:conversions', object })
  return object
}
