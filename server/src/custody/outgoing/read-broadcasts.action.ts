import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { findAccepted } from './broadcast.store.ts'

/** For which of some objects a node has accepted a transaction. */
export const acceptedFor = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlySet<string>> => findAccepted(db, bookId, objectIds)
