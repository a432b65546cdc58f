import { units, type AssetId } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { ColdTerms, ColdWallet } from './cold-wallet.ts'

/** The row of a cold wallet. */
export type ColdWalletKey = Readonly<{ book_id: BookId; asset: AssetId }>

type Row = ColdWalletKey &
  Readonly<{
    wallet_id: string
    address: string | null
    keep: bigint | null
    next_address: string | null
    next_keep: bigint | null
    next_at: Instant | null
  }>

const COLUMNS = 'book_id, asset, wallet_id, address, keep, next_address, next_keep, next_at'

/** The cold wallet of an asset, as it was written. */
export async function readColdWallet(
  db: Queryable,
  key: ColdWalletKey,
): Promise<ColdWallet | undefined> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from cold_wallet where book_id = $1 and asset = $2`,
    [key.book_id, key.asset],
  )
  return rows.map(walletOf)[0]
}

/** The same, locked until the dbTx ends. */
export async function lockColdWallet(
  dbTx: DbTx,
  key: ColdWalletKey,
): Promise<ColdWallet | undefined> {
  const rows = await dbTx.query<Row>(
    `select ${COLUMNS} from cold_wallet where book_id = $1 and asset = $2 for update`,
    [key.book_id, key.asset],
  )
  return rows.map(walletOf)[0]
}

/** All of a book, by asset. */
export async function listColdWallets(
  db: Queryable,
  bookId: BookId,
): Promise<readonly ColdWallet[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from cold_wallet where book_id = $1 order by asset`,
    [bookId],
  )
  return rows.map(walletOf)
}

/** Writes what is settled. @returns it, with the id of the first that was written for its asset */
export async function putColdWallet(dbTx: DbTx, wallet: ColdWallet): Promise<ColdWallet> {
  const { inForce, next } = wallet
  const [row] = await dbTx.query<Pick<Row, 'wallet_id'>>(
    `insert into cold_wallet (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (book_id, asset) do update set address = excluded.address, keep = excluded.keep,
       next_address = excluded.next_address, next_keep = excluded.next_keep,
       next_at = excluded.next_at returning wallet_id`,
    [
      ...[wallet.bookId, wallet.asset, wallet.walletId],
      ...[inForce?.address ?? null, inForce?.keep ?? null],
      ...[next?.terms.address ?? null, next?.terms.keep ?? null],
      next === undefined ? null : new Date(next.at),
    ],
  )
  return { ...wallet, walletId: row?.wallet_id ?? wallet.walletId }
}

/** Takes it away. */
export async function deleteColdWallet(dbTx: DbTx, key: ColdWalletKey): Promise<void> {
  await dbTx.query('delete from cold_wallet where book_id = $1 and asset = $2', [
    key.book_id,
    key.asset,
  ])
}

/** Has it looked at whether something goes there, where there is one, no later than then. */
export async function noteColdDue(dbTx: DbTx, key: ColdWalletKey, dueAt: Instant): Promise<void> {
  await dbTx.query(
    `update cold_wallet set due_at = least(due_at, $3), asked = asked + 1
     where book_id = $1 and asset = $2`,
    [key.book_id, key.asset, new Date(dueAt)],
  )
}

/** How often a look was asked for. */
export async function readAsked(db: Queryable, key: ColdWalletKey): Promise<number> {
  const rows = await db.query<{ asked: number }>(
    'select asked from cold_wallet where book_id = $1 and asset = $2',
    [key.book_id, key.asset],
  )
  return rows[0]?.asked ?? 0
}

/**
 * It was looked at. What was asked for since then still stands.
 *
 * @param look asked: of `readAsked` before the look; next: when it is looked at again, if at all
 */
export async function noteColdLooked(
  dbTx: DbTx,
  key: ColdWalletKey,
  look: Readonly<{ asked: number; next: Instant | undefined }>,
): Promise<void> {
  await dbTx.query(
    'update cold_wallet set due_at = $4 where book_id = $1 and asset = $2 and asked = $3',
    [key.book_id, key.asset, look.asked, look.next === undefined ? null : new Date(look.next)],
  )
}

const termsOf = (address: string | null, keep: bigint | null): ColdTerms | undefined =>
  address === null || keep === null ? undefined : { address, keep: units(keep) }

function walletOf(row: Row): ColdWallet {
  const terms = termsOf(row.next_address, row.next_keep)
  const at = row.next_at
  return {
    walletId: row.wallet_id,
    bookId: row.book_id,
    asset: row.asset,
    inForce: termsOf(row.address, row.keep),
    next: terms === undefined || at === null ? undefined : { terms, at },
  }
}
