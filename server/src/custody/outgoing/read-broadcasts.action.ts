import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { findAccepted, findShownHashes } from './broadcast.store.ts'

/** For which of some objects a node has accepted a transaction. */
export const acceptedFor = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlySet<string>> => findAccepted(db, bookId, objectIds)

/**
 * The hash of the transaction that a node may have, by what it is for: the mined one, else the
 * newest, which another may replace.
 */
export const shownHashes = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => findShownHashes(db, bookId, objectIds)
