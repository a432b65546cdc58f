import type { Instant } from './clock.ts'
import type { Queryable } from './db.ts'
import { isId } from './object-id.ts'

/** Which part of a list is asked for: a page from 1, or what comes after an object's id. */
export type ListPlace = Readonly<{ page: number; limit: number; cursor?: string | undefined }>

/** The ids on one page, newest first, and how many there are on all; no `next`: the last page. */
export type IdPage = Readonly<{
  ids: readonly string[]
  total: number
  next: string | undefined
}>

/** A list of rows, newest first. All of its texts are SQL of ours, never a caller's. */
export type Listing = Readonly<{
  table: string
  /** Its columns of the id and of the time by which it is ordered. */
  id: string
  at: string
  /** What belongs to the list at all, over the first `scopeSize` parameters: `book_id = $1`. */
  scope: string
  scopeSize: number
  /** What else narrows it, over all parameters; empty: nothing does. */
  filter: string
  params: readonly unknown[]
}>

/**
 * One page of a list.
 *
 * @param refuse makes the refusal of a cursor that is none of this list's
 * @throws what `refuse` makes
 */
export async function listIds(
  db: Queryable,
  listing: Listing,
  { place, refuse }: Readonly<{ place: ListPlace; refuse: (cursor: string) => Error }>,
): Promise<IdPage> {
  const { table, id, at, scope, filter, params } = listing
  const where = filter === '' ? scope : `${scope} and ${filter}`
  const [counted] = await db.query<{ total: number }>(
    `select count(*) as total from ${table} where ${where}`,
    params,
  )
  const after = await placeAfter(db, listing, place.cursor)
  if (after === undefined && place.cursor !== undefined) throw refuse(place.cursor)
  const size = params.length
  const skipped = after === undefined ? (place.page - 1) * place.limit : 0
  // Texts of their own with and without a cursor: a condition that may be absent uses no index.
  const below = after === undefined ? '' : `and (${at}, ${id}) < ($${size + 3}, $${size + 4})`
  const rows = await db.query<{ id: string }>(
    `select ${id} as id from ${table} where ${where} ${below}
     order by ${at} desc, ${id} desc limit $${size + 1} offset $${size + 2}`,
    [...params, place.limit + 1, skipped, ...(after === undefined ? [] : [after.at, after.id])],
  )
  const ids = rows.slice(0, place.limit).map((row) => row.id)
  const next = rows.length > place.limit ? ids.at(-1) : undefined
  return { ids, total: counted?.total ?? 0, next }
}

// A cursor is the last object of the page before: it stays good whatever is added meanwhile, and
// whatever becomes of that object.
async function placeAfter(
  db: Queryable,
  { table, id, at, scope, scopeSize, params }: Listing,
  cursor: string | undefined,
): Promise<Readonly<{ at: Date; id: string }> | undefined> {
  if (cursor === undefined || !isId(cursor)) return undefined
  const [row] = await db.query<{ at: Instant }>(
    `select ${at} as at from ${table} where ${scope} and ${id} = $${scopeSize + 1}`,
    [...params.slice(0, scopeSize), cursor],
  )
  return row && { at: new Date(row.at), id: cursor }
}
