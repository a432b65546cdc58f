import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type ChainId } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../../shell/list-page.ts'
import type { ColdEnd, ColdTransfer } from './cold-transfer.ts'

type Row = Readonly<{
  book_id: BookId
  transfer_id: string
  chain: ChainId
  asset: AssetId
  nth: number
  treasury: string
  address: string
  units: bigint
  state: ColdTransfer['state']
  problem: string | null
  estimated_fee: bigint
  fee: bigint | null
  tx_hash: string | null
  created_at: Instant
  ended_at: Instant | null
}>

const COLUMNS = `book_id, transfer_id, chain, asset, nth, treasury, address, units, state, problem,
  estimated_fee, fee, tx_hash, created_at, ended_at`

type OfAsset = Readonly<{ bookId: BookId; asset: AssetId }>

/** How many there were of an asset. */
export async function countTransfers(db: Queryable, of: OfAsset): Promise<number> {
  const rows = await db.query<{ count: number }>(
    'select count(*) as count from cold_transfer where book_id = $1 and asset = $2',
    [of.bookId, of.asset],
  )
  return rows[0]?.count ?? 0
}

/** Writes one that begins. The caller holds the lock of its cold wallet. */
export async function insertTransfer(dbTx: DbTx, one: ColdTransfer): Promise<void> {
  await dbTx.query(
    `insert into cold_transfer (book_id, transfer_id, chain, asset, nth, treasury, address, units,
       state, estimated_fee, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'sending', $9, $10)`,
    [
      ...[one.bookId, one.transferId, one.chain, one.asset, one.nth],
      ...[one.treasury, one.address, one.units, one.estimatedFee, new Date(one.createdAt)],
    ],
  )
}

/** The one of an asset that has not ended; absent: there is none. */
export async function findRunningTransfer(db: Queryable, of: OfAsset): Promise<string | undefined> {
  const rows = await db.query<{ transfer_id: string }>(
    `select transfer_id from cold_transfer
     where book_id = $1 and asset = $2 and state = 'sending'`,
    [of.bookId, of.asset],
  )
  return rows[0]?.transfer_id
}

/** Writes how one ended. */
export async function writeColdEnd(
  dbTx: DbTx,
  { bookId, transferId }: Pick<ColdTransfer, 'bookId' | 'transferId'>,
  end: ColdEnd,
): Promise<void> {
  const done = end.kind === 'completed' ? end : undefined
  await dbTx.query(
    `update cold_transfer set state = $3, problem = $4, tx_hash = $5, fee = $6,
       units = coalesce($7, units), ended_at = $8 where book_id = $1 and transfer_id = $2`,
    [
      ...[bookId, transferId, end.kind, end.kind === 'failed' ? end.problem : null],
      ...[done?.txHash ?? null, done?.fee ?? null, done?.units ?? null, new Date(end.at)],
    ],
  )
}

/** Transfers by their ids, in the order of these; those that are not there are left out. */
export async function readTransfers(
  db: Queryable,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly ColdTransfer[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from cold_transfer where book_id = $1 and transfer_id = any($2::text[])`,
    [bookId, ids],
  )
  const byId = new Map(rows.map((row) => [row.transfer_id, transferOf(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The addresses that coins of an asset were sent to. */
export async function readColdAddresses(db: Queryable, of: OfAsset): Promise<readonly string[]> {
  const rows = await db.query<{ address: string }>(
    `select distinct address from cold_transfer
     where book_id = $1 and asset = $2 and state = 'completed' order by address`,
    [of.bookId, of.asset],
  )
  return rows.map((row) => row.address)
}

/** Ids of transfers. @throws sweeps.cold_place_unknown when the cursor is none of this list's */
export const listTransferIds = (db: Queryable, bookId: BookId, place: ListPlace): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'cold_transfer',
      id: 'transfer_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: '',
      params: [bookId],
    },
    { place, refuse: (cursor) => new AppError('sweeps.cold_place_unknown', { cursor }) },
  )

const transferOf = (row: Row): ColdTransfer => ({
  transferId: row.transfer_id,
  bookId: row.book_id,
  chain: row.chain,
  asset: row.asset,
  nth: row.nth,
  treasury: row.treasury,
  address: row.address,
  units: units(row.units),
  state: row.state,
  problem: row.problem ?? undefined,
  estimatedFee: units(row.estimated_fee),
  fee: row.fee === null ? undefined : units(row.fee),
  txHash: row.tx_hash ?? undefined,
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
})
