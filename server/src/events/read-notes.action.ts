import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { notesOf } from './event.store.ts'
import type { EventNote } from './event.ts'

/** Most events of which an explanation tells. */
const NOTES_MAX = 500

/** What the log says of some objects, oldest first: that things happened, and when. */
export const readNotes = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<readonly EventNote[]> => notesOf(db, bookId, { objectIds, limit: NOTES_MAX })
