import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { ConfirmationPolicy } from './policy.ts'

/** A policy with the asset that it is for. */
export type AssetPolicy = ConfirmationPolicy & Readonly<{ asset: AssetId }>

type Row = Readonly<{ asset: AssetId; confirmed_below: Units; safe_below: Units }>

const COLUMNS = 'asset, confirmed_below, safe_below'

/** What a book settled about an asset; absent when nothing. */
export async function readPolicy(
  db: Queryable,
  bookId: BookId,
  asset: AssetId,
): Promise<AssetPolicy | undefined> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from confirmation_policy where book_id = $1 and asset = $2`,
    [bookId, asset],
  )
  return rows[0] === undefined ? undefined : policyOf(rows[0])
}

/** All that a book settled, by asset. */
export async function listPolicies(db: Queryable, bookId: BookId): Promise<readonly AssetPolicy[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from confirmation_policy where book_id = $1 order by asset`,
    [bookId],
  )
  return rows.map(policyOf)
}

/** Settles it anew. */
export async function putPolicy(dbTx: DbTx, bookId: BookId, policy: AssetPolicy): Promise<void> {
  await dbTx.query(
    `insert into confirmation_policy (book_id, ${COLUMNS}) values ($1, $2, $3, $4)
     on conflict (book_id, asset) do update set
       confirmed_below = excluded.confirmed_below, safe_below = excluded.safe_below`,
    [bookId, policy.asset, policy.confirmedBelow, policy.safeBelow],
  )
}

/** Makes deposits due that wait to be credited, of one asset of a book. */
export async function recallWaiting(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; asset: AssetId; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update deposit set due_at = $3 where book_id = $1 and asset = $2
       and observed in ('confirmed', 'safe') and level is distinct from 'final'`,
    [of.bookId, of.asset, new Date(of.now)],
  )
}

const policyOf = (row: Row): AssetPolicy => ({
  asset: row.asset,
  confirmedBelow: row.confirmed_below,
  safeBelow: row.safe_below,
})
