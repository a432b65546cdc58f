import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import type { BookedEntry } from './booked-entry.ts'
import { findEntries, type EntryLookup } from './entry.store.ts'

/** A page of entries: at most `limit` (1–1,000), after the one that `next` named. */
export type EntryPage = Readonly<{ limit: number; after?: string }>

/** Entries, and how to ask for more; `next` is absent on the last page. */
export type Entries = Readonly<{ entries: readonly BookedEntry[]; next: string | undefined }>

/** The entry with this id; absent in any other book. */
export async function entryById(
  db: Queryable,
  bookId: BookId,
  entryId: string,
): Promise<BookedEntry | undefined> {
  const [entry] = await findEntries(db, bookId, { by: 'id', value: entryId, limit: 1, after: '' })
  return entry
}

/** The entry that its maker gave this id; absent in any other book. */
export async function entryByExternalId(
  db: Queryable,
  bookId: BookId,
  externalId: string,
): Promise<BookedEntry | undefined> {
  const one = { by: 'externalId', value: externalId, limit: 1, after: '' } as const
  const [entry] = await findEntries(db, bookId, one)
  return entry
}

/** Entries whose external id begins so, in the order of those ids. */
export async function entriesByPrefix(
  db: Queryable,
  of: Readonly<{ bookId: BookId; prefix: string }>,
  page: EntryPage,
): Promise<Entries> {
  const entries = await findEntries(db, of.bookId, lookup('prefix', of.prefix, page))
  return pageOf(entries, page, (entry) => entry.externalId)
}

/** Entries about one object (`facts.object`), oldest first. */
export async function entriesByObject(
  db: Queryable,
  of: Readonly<{ bookId: BookId; object: string }>,
  page: EntryPage,
): Promise<Entries> {
  const entries = await findEntries(db, of.bookId, lookup('object', of.object, page))
  return pageOf(entries, page, (entry) => entry.entryId)
}

/** Entries that were booked at an instant or later, oldest first. */
export async function entriesSince(
  db: Queryable,
  of: Readonly<{ bookId: BookId; createdFrom: Instant }>,
  page: EntryPage,
): Promise<Entries> {
  const since = new Date(of.createdFrom).toISOString()
  const entries = await findEntries(db, of.bookId, lookup('since', since, page))
  return pageOf(entries, page, (entry) => entry.entryId)
}

// One more than asked for: whether it is there says whether there is a next page.
const lookup = (by: EntryLookup['by'], value: string, page: EntryPage): EntryLookup => ({
  by,
  value,
  limit: page.limit + 1,
  after: page.after ?? '',
})

function pageOf(
  found: readonly BookedEntry[],
  { limit }: EntryPage,
  place: (entry: BookedEntry) => string,
): Entries {
  const entries = found.slice(0, limit)
  const last = entries.at(-1)
  const isMore = found.length > limit && last !== undefined
  return { entries, next: isMore ? place(last) : undefined }
}
