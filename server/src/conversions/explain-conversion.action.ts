import { readNotes } from '../events/read-notes.action.ts'
import type { Explanation } from '../explain/explanation.ts'
import { entriesOf } from '../explain/read-facts.action.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { bookTimeOf } from '../tenancy/book-time.action.ts'
import { explainConversion } from './explain.ts'
import { findConversion } from './read-conversions.action.ts'

/** Where a conversion of this book stands and why. @throws conversions.conversion_unknown */
export async function findConversionExplanation(
  db: Queryable,
  book: Book,
  id: string,
): Promise<Explanation> {
  const { bookId } = book
  return explainConversion({
    conversion: await findConversion(db, book, id),
    events: await readNotes(db, bookId, [id]),
    entries: await entriesOf(db, bookId, [id]),
    toBookTime: await bookTimeOf(db, bookId),
  })
}
