import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { isId } from '../shell/object-id.ts'
import { readConversions } from './conversion.store.ts'
import type { Conversion } from './conversion.ts'
import { listConversionIds, type ConversionFilter } from './list.store.ts'

/**
 * A conversion of this book. All that are found are completed: one that was refused left nothing.
 *
 * @throws conversions.conversion_unknown, also for ids of other books
 */
export async function findConversion(db: Queryable, book: Book, id: string): Promise<Conversion> {
  // What cannot be an id is not asked for: a text may hold what the database has no place for.
  const [conversion] = await readConversions(db, book.bookId, isId(id) ? [id] : [])
  if (conversion === undefined) throw new AppError('conversions.conversion_unknown', { id })
  return conversion
}

/** Conversions of this book, newest first. @throws conversions.conversion_place_unknown */
export async function listConversions(
  db: Queryable,
  book: Book,
  list: Readonly<{ filter: ConversionFilter; place: ListPlace }>,
) {
  const { ids, total, next } = await listConversionIds(db, book.bookId, list)
  return { items: await readConversions(db, book.bookId, ids), total, next }
}
