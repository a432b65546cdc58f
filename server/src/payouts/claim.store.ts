import { units, type AssetId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Spare } from './supply.ts'

/** What dispatches were ever promised of a treasury's coins, by asset; nothing: none was. */
export async function readPromised(
  db: Queryable,
  bookId: BookId,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, Units>> {
  const rows = await db.query<{ asset: AssetId; units: bigint }>(
    'select asset, units from treasury_claim where book_id = $1 and asset = any($2::text[])',
    [bookId, assets],
  )
  return new Map(rows.map((row) => [row.asset, units(row.units)]))
}

/**
 * Promises coins. @returns false: others were promised so much since they were looked at that
 * these are not there any more
 */
export async function promise(dbTx: DbTx, bookId: BookId, spare: Spare): Promise<boolean> {
  const { asset, takes, there, promised } = spare
  await dbTx.query(
    `insert into treasury_claim (book_id, asset, units) values ($1, $2, 0)
     on conflict (book_id, asset) do nothing`,
    [bookId, asset],
  )
  const rows = await dbTx.query(
    `update treasury_claim set units = units + $3
     where book_id = $1 and asset = $2 and units + $3 <= $4 returning 1 as promised`,
    [bookId, asset, takes, promised + there],
  )
  return rows.length > 0
}
