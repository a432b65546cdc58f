import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { readProblems } from './outgoing.store.ts'
import { stageOf, type Stage } from './stage.ts'
import { readStories } from './story.store.ts'

/**
 * What transactions on their way for some objects met at their last try, or wait for somebody to
 * do, by object.
 */
export const problemsOf = (
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => readProblems(db, bookId, objectIds)

/**
 * How far the newest thing is that goes out for each object, with its transactions, its block, what
 * its last try met and when the next one is; absent where nothing goes out.
 */
export async function stagesOf(
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, Stage>> {
  const stories = await readStories(db, bookId, objectIds)
  return new Map(stories.map((story) => [story.objectId, stageOf(story)]))
}
