import { units, type AssetId, type ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Holding } from './holding.ts'
import { TREASURY_OWNER } from './treasury-key.store.ts'

type Row = Readonly<{
  address: string
  path: string
  owner_id: string
  units: bigint
  deposit_ids: readonly string[]
}>

/** What lies at a book's addresses in one asset, the most first, at most `limit` addresses. */
export async function readHoldings(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; asset: AssetId }>,
  limit: number,
): Promise<readonly Holding[]> {
  const rows = await db.query<Row>(
    `select d.address, a.path, a.owner_id, sum(d.units) as units,
       array_agg(d.deposit_id order by d.deposit_id) as deposit_ids
     from deposit d join deposit_address a on a.book_id = d.book_id and a.address = d.address
     where d.book_id = $1 and d.chain = $2 and d.asset = $3 and d.level = 'final'
       and d.observed = 'final' and d.swept_by is null and a.owner_id <> $4
     group by d.address, a.path, a.owner_id
     order by units desc, d.address limit $5`,
    [of.bookId, of.chain, of.asset, TREASURY_OWNER, limit],
  )
  return rows.map((row) => ({
    address: row.address,
    path: row.path,
    ownerId: row.owner_id,
    units: units(row.units),
    depositIds: row.deposit_ids,
  }))
}

/** Notes that the coins of deposits left their addresses. */
export async function markSwept(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; depositIds: readonly string[]; by: string }>,
): Promise<void> {
  await dbTx.query(
    `update deposit set swept_by = $3
     where book_id = $1 and deposit_id = any($2::text[]) and swept_by is null`,
    [of.bookId, of.depositIds, of.by],
  )
}
