import type { OwnKey } from '../chains/contract-sending.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import type { AssetId, ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** The owner of the addresses that are the treasury's own, beside those made for top-ups. */
export const TREASURY_OWNER = 'treasury'

type Of = Readonly<{ bookId: BookId; family: NetworkFamily }>

/** The treasury's own keys of a family. */
export function readTreasuryKeys(db: Queryable, of: Of): Promise<readonly OwnKey[]> {
  return db.query<OwnKey>(
    `select path, address from deposit_address
     where book_id = $1 and family = $2 and owner_kind = 'treasury' and owner_id = $3
     order by index desc`,
    [of.bookId, of.family, TREASURY_OWNER],
  )
}

/** Writes a key of the treasury down; what arrives there is found like any deposit. */
export async function insertTreasuryKey(
  dbTx: DbTx,
  of: Of,
  made: Readonly<{ key: OwnKey; chain: ChainId; asset: AssetId; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into deposit_address (book_id, family, index, path, address, chain, asset, owner_kind,
       owner_id, expected_on, issued_at)
     select $1, $2, least(coalesce(min(index), 0), 0) - 1, $3, $4, $5, $6, 'treasury', $7, '{}', $8
     from deposit_address where book_id = $1 and family = $2
     on conflict on constraint deposit_address_once do nothing`,
    [
      of.bookId,
      of.family,
      made.key.path,
      made.key.address,
      made.chain,
      made.asset,
      TREASURY_OWNER,
      new Date(made.now),
    ],
  )
}
