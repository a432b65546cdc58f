import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'

/** A destination that is listed. */
export type Destination = Readonly<{
  /** `dest_…` */
  destinationId: string
  chain: ChainId
  address: string
  label: string | undefined
  addedBy: string
  addedAt: Instant
}>

type Row = Readonly<{
  destination_id: string
  chain: ChainId
  address: string
  label: string | null
  added_by: string
  added_at: Instant
}>

const COLUMNS = 'destination_id, chain, address, label, added_by, added_at'

/** Lists a destination. @returns false: this address is listed already */
export async function insertDestination(
  dbTx: DbTx,
  bookId: BookId,
  one: Destination,
): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into payout_destination (book_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (book_id, chain, address) do nothing returning 1 as written`,
    [
      bookId,
      one.destinationId,
      one.chain,
      one.address,
      one.label ?? null,
      one.addedBy,
      new Date(one.addedAt),
    ],
  )
  return rows.length === 1
}

/** A listed destination by its address. */
export async function destinationAt(
  db: Queryable,
  bookId: BookId,
  at: Pick<Destination, 'chain' | 'address'>,
): Promise<Destination | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from payout_destination
     where book_id = $1 and chain = $2 and address = $3`,
    [bookId, at.chain, at.address],
  )
  return row && destinationOf(row)
}

/** Takes a destination off the list. @returns it; absent where it was not there */
export async function deleteDestination(
  dbTx: DbTx,
  bookId: BookId,
  destinationId: string,
): Promise<Destination | undefined> {
  const [row] = await dbTx.query<Row>(
    `delete from payout_destination where book_id = $1 and destination_id = $2
     returning ${COLUMNS}`,
    [bookId, destinationId],
  )
  return row && destinationOf(row)
}

/** One page of the list, newest first. @throws what `refuse` makes */
export const listDestinationIds = (
  db: Queryable,
  bookId: BookId,
  at: Readonly<{ place: ListPlace; refuse: (cursor: string) => Error }>,
): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'payout_destination',
      id: 'destination_id',
      at: 'added_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: '',
      params: [bookId],
    },
    at,
  )

/** Destinations by their ids, in the order of these. */
export async function readDestinations(
  db: Queryable,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly Destination[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payout_destination where book_id = $1 and destination_id = any($2)`,
    [bookId, ids],
  )
  const byId = new Map(rows.map((row) => [row.destination_id, destinationOf(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

const destinationOf = (row: Row): Destination => ({
  destinationId: row.destination_id,
  chain: row.chain,
  address: row.address,
  label: row.label ?? undefined,
  addedBy: row.added_by,
  addedAt: row.added_at,
})
