import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Wallet } from './wallet.ts'

type Row = Readonly<{
  wallet_id: string
  customer_id: string
  asset: AssetId
  address: string
  label: string | null
  metadata: string
  created_at: Instant
}>

const COLUMNS = 'wallet_id, customer_id, asset, address, label, metadata, created_at'

/** Writes a wallet; false when the customer has one of that asset, which stays as it is. */
export async function insertWallet(dbTx: DbTx, bookId: BookId, wallet: Wallet): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into wallet (book_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (book_id, customer_id, asset) do nothing returning wallet_id`,
    [
      bookId,
      wallet.walletId,
      wallet.customerId,
      wallet.asset,
      wallet.address,
      wallet.label ?? null,
      wallet.metadata,
      new Date(wallet.createdAt),
    ],
  )
  return rows.length === 1
}

/** The wallets with these ids, in that order; unknown ids are left out. */
export async function readWallets(
  db: Queryable,
  bookId: BookId,
  walletIds: readonly string[],
): Promise<readonly Wallet[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from wallet where book_id = $1 and wallet_id = any($2::text[])`,
    [bookId, walletIds],
  )
  const found = new Map(rows.map((row) => [row.wallet_id, walletOf(row)]))
  return walletIds.flatMap((walletId) => found.get(walletId) ?? [])
}

/** The wallet of a customer and asset. */
export async function readWalletOf(
  db: Queryable,
  bookId: BookId,
  of: Pick<Wallet, 'customerId' | 'asset'>,
): Promise<Wallet | undefined> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from wallet where book_id = $1 and customer_id = $2 and asset = $3`,
    [bookId, of.customerId, of.asset],
  )
  return rows[0] === undefined ? undefined : walletOf(rows[0])
}

/** Keeps everybody else from changing what a wallet holds until the dbTx ends. */
export async function lockWallet(dbTx: DbTx, bookId: BookId, walletId: string): Promise<void> {
  await dbTx.query('select from wallet where book_id = $1 and wallet_id = $2 for update', [
    bookId,
    walletId,
  ])
}

const walletOf = (row: Row): Wallet => ({
  walletId: row.wallet_id,
  customerId: row.customer_id,
  asset: row.asset,
  address: row.address,
  label: row.label ?? undefined,
  metadata: row.metadata,
  createdAt: row.created_at,
})
