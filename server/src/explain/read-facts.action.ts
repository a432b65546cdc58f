import { depositProgress } from '../custody/read-custody.action.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { entriesByObject } from '../ledger/read-entries.action.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { DepositStory } from './deposit-facts.ts'

/** Of so many deposits of one object the journal is read; of others that they were seen. */
const STORIES_MAX = 50

/** Most entries that are told of one object: forks can make many. */
const ENTRIES_MAX = 100

/** What the journal has of some objects, at most 100 entries of each. */
export async function entriesOf(
  db: Queryable,
  bookId: BookId,
  objects: readonly string[],
): Promise<readonly BookedEntry[]> {
  const found: BookedEntry[] = []
  for (const object of objects.slice(0, STORIES_MAX)) {
    const { entries } = await entriesByObject(db, { bookId, object }, { limit: ENTRIES_MAX })
    found.push(...entries)
  }
  return found
}

/** Deposits with what the journal has of them and how far they are. */
export async function storiesOf(
  db: Queryable,
  bookId: BookId,
  deposits: readonly Omit<DepositStory, 'entries' | 'progress'>[],
): Promise<readonly DepositStory[]> {
  const ids = deposits.map((one) => one.depositId)
  const progress = await depositProgress(db, bookId, ids)
  const entries = Map.groupBy(await entriesOf(db, bookId, ids), (one) => one.facts['object'])
  return deposits.map((one) => ({
    ...one,
    entries: entries.get(one.depositId) ?? [],
    progress: progress.get(one.depositId),
  }))
}
