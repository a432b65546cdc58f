import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { readProblems } from './outgoing.store.ts'

/** What transactions on their way for some objects met at their last try, by object. */
export const problemsOf = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => readProblems(db, bookId, objectIds)
