import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Batch, BatchStatus, BatchSum } from './batch.ts'
import type { PayoutStatus } from './payout.ts'

type Row = Readonly<{
  batch_id: string
  reference: string | null
  external_id: string | null
  initiator: string
  created_at: Instant
  content_hash: Buffer
}>

const COLUMNS = 'batch_id, reference, external_id, initiator, created_at, content_hash'

/** Writes a batch that begins. @returns false: its external id is taken */
export async function insertBatch(
  dbTx: DbTx,
  bookId: BookId,
  { batch, contentHash }: NamedBatch,
): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into payout_batch (book_id, batch_id, reference, external_id, initiator, created_at,
       content_hash)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing
     returning 1 as written`,
    [
      bookId,
      batch.batchId,
      batch.reference ?? null,
      batch.externalId ?? null,
      batch.initiator,
      new Date(batch.createdAt),
      contentHash,
    ],
  )
  return rows.length > 0
}

/** A batch, with a hash of what was asked for. */
export type NamedBatch = Readonly<{ batch: Batch; contentHash: Uint8Array }>

/** A batch by its id. */
export async function findBatch(
  db: Queryable,
  bookId: BookId,
  batchId: string,
): Promise<Batch | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from payout_batch where book_id = $1 and batch_id = $2`,
    [bookId, batchId],
  )
  return row && batchOf(row)
}

/** A batch by the caller's name for it. */
export async function findNamedBatch(
  db: Queryable,
  bookId: BookId,
  externalId: string,
): Promise<NamedBatch | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from payout_batch where book_id = $1 and external_id = $2`,
    [bookId, externalId],
  )
  return row && { batch: batchOf(row), contentHash: row.content_hash }
}

/** Locks batches until the dbTx ends. @returns their ids, in the order of the locks */
export async function lockBatches(
  dbTx: DbTx,
  bookId: BookId,
  batchIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await dbTx.query<{ batch_id: string }>(
    `select batch_id from payout_batch where book_id = $1 and batch_id = any($2::text[])
     order by batch_id for update`,
    [bookId, batchIds],
  )
  return rows.map((row) => row.batch_id)
}

/** Notes which state of a batch was told. @returns false: it was told already */
export async function noteToldStatus(
  dbTx: DbTx,
  bookId: BookId,
  { batchId, status }: Readonly<{ batchId: string; status: BatchStatus }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update payout_batch set told_status = $3
     where book_id = $1 and batch_id = $2 and told_status is distinct from $3
     returning 1 as noted`,
    [bookId, batchId, status],
  )
  return rows.length > 0
}

/** The payouts of a batch, summed by state and asset. */
export async function sumBatch(
  db: Queryable,
  bookId: BookId,
  batchId: string,
): Promise<readonly BatchSum[]> {
  const rows = await db.query<SumRow>(
    `select status, asset, count(*) as count, sum(units) as units, sum(fee_units) as fee_units,
       sum(net_units) as net_units
     from payout where book_id = $1 and batch_id = $2 group by status, asset
     order by min(hold_entry), min(hold_transfer)`,
    [bookId, batchId],
  )
  return rows.map((row) => ({
    status: row.status,
    asset: row.asset,
    count: row.count,
    units: units(row.units),
    feeUnits: units(row.fee_units),
    netUnits: units(row.net_units),
  }))
}

type SumRow = Readonly<{
  status: PayoutStatus
  asset: AssetId
  count: number
  units: bigint
  fee_units: bigint
  net_units: bigint
}>

const batchOf = (row: Row): Batch => ({
  batchId: row.batch_id,
  reference: row.reference ?? undefined,
  externalId: row.external_id ?? undefined,
  initiator: row.initiator,
  createdAt: row.created_at,
})
