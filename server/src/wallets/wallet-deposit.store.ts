import type { DepositLevel } from '../custody/deposit.ts'
import { units, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { WalletDeposit } from './wallet.ts'

type Row = Readonly<{
  deposit_id: string
  wallet_id: string
  units: Units
  address: string
  tx_hash: string
  level: DepositLevel
  block_height: number | null
  seen_at: Instant
  credits: number
  credited_units: Units
}>

const COLUMNS = `deposit_id, wallet_id, units, address, tx_hash, level, block_height, seen_at,
  credits, credited_units`

/** Writes a deposit as it is now; what never changes of it stays as it was first written. */
export async function putWalletDeposit(
  dbTx: DbTx,
  bookId: BookId,
  deposit: WalletDeposit,
): Promise<void> {
  await dbTx.query(
    `insert into wallet_deposit (book_id, ${COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (book_id, deposit_id) do update set level = excluded.level,
       block_height = excluded.block_height, credits = excluded.credits,
       credited_units = excluded.credited_units`,
    [
      bookId,
      deposit.depositId,
      deposit.walletId,
      deposit.units,
      deposit.address,
      deposit.txHash,
      deposit.level,
      deposit.blockHeight ?? null,
      new Date(deposit.seenAt),
      deposit.credits,
      deposit.creditedUnits,
    ],
  )
}

/** The deposits with these ids, in that order; unknown ids are left out. */
export async function readWalletDeposits(
  db: Queryable,
  bookId: BookId,
  depositIds: readonly string[],
): Promise<readonly WalletDeposit[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from wallet_deposit where book_id = $1 and deposit_id = any($2::text[])`,
    [bookId, depositIds],
  )
  const found = new Map(rows.map((row) => [row.deposit_id, depositOf(row)]))
  return depositIds.flatMap((depositId) => found.get(depositId) ?? [])
}

/** What one chain transaction brought to a wallet. */
export async function readDepositsOfTx(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{ walletId: string; txHash: string }>,
): Promise<readonly WalletDeposit[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from wallet_deposit
     where book_id = $1 and wallet_id = $2 and tx_hash = $3 order by deposit_id`,
    [bookId, of.walletId, of.txHash],
  )
  return rows.map(depositOf)
}

/** What is on its way to each of these wallets; those to which nothing is are left out. */
export async function sumOnItsWay(
  db: Queryable,
  bookId: BookId,
  walletIds: readonly string[],
): Promise<ReadonlyMap<string, Units>> {
  const rows = await db.query<{ wallet_id: string; sum: bigint }>(
    `select wallet_id, sum(units) as sum from wallet_deposit
     where book_id = $1 and wallet_id = any($2::text[]) and level in ('seen', 'confirmed', 'safe')
     group by wallet_id`,
    [bookId, walletIds],
  )
  return new Map(rows.map((row) => [row.wallet_id, units(row.sum)]))
}

const depositOf = (row: Row): WalletDeposit => ({
  depositId: row.deposit_id,
  walletId: row.wallet_id,
  units: row.units,
  address: row.address,
  txHash: row.tx_hash,
  level: row.level,
  blockHeight: row.block_height ?? undefined,
  seenAt: row.seen_at,
  credits: row.credits,
  creditedUnits: row.credited_units,
})
