import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { readStories } from './story.store.ts'
import type { OutgoingStory } from './story.ts'

/** What went out for some objects, the earliest first, step by step. */
export const storiesOfOutgoing = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<readonly OutgoingStory[]> => readStories(db, bookId, objectIds)
