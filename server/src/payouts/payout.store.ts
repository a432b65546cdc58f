import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Payout, PayoutKind, PayoutStatus } from './payout.ts'
import type { Unsupplied } from './supply.ts'

type Row = Readonly<{
  book_id: BookId
  payout_id: string
  kind: PayoutKind
  source_id: string | null
  batch_id: string | null
  external_id: string | null
  asset: AssetId
  units: bigint
  fee_units: bigint
  net_units: bigint
  quote_id: string
  fee_max: bigint
  usd: string | null
  usd_at: Instant | null
  worth_cents: bigint
  destination: string
  customer_id: string | null
  metadata: string
  initiator: string
  hold_entry: string
  hold_transfer: number
  status: PayoutStatus
  problem: string | null
  waits_for: Unsupplied['waitsFor'] | null
  dispatch_id: string | null
  tx_hash: string | null
  network_fee: bigint | null
  created_at: Instant
  ended_at: Instant | null
}>

const COLUMNS = `book_id, payout_id, kind, source_id, batch_id, external_id, asset, units, fee_units,
  net_units, quote_id, fee_max, usd, usd_at, worth_cents, destination, customer_id, metadata,
  initiator, hold_entry, hold_transfer, status, problem, waits_for, dispatch_id, tx_hash,
  network_fee,
  created_at, ended_at`

/** Payouts by their ids, in the order of these; those that are not there are left out. */
export async function readPayouts(
  db: Queryable,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly Payout[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payout where book_id = $1 and payout_id = any($2::text[])`,
    [bookId, ids],
  )
  const byId = new Map(rows.map((row) => [row.payout_id, payoutOf(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The same, locked until the dbTx ends; everybody locks in the order of the ids. */
export async function lockPayouts(
  dbTx: DbTx,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly Payout[]> {
  const rows = await dbTx.query<Row>(
    `select ${COLUMNS} from payout where book_id = $1 and payout_id = any($2::text[])
     order by payout_id for no key update`,
    [bookId, ids],
  )
  return rows.map(payoutOf)
}

/** The payouts of a batch, in the order in which they were asked for. */
export async function readBatchPayouts(
  db: Queryable,
  bookId: BookId,
  batchId: string,
): Promise<readonly Payout[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payout where book_id = $1 and batch_id = $2 order by hold_entry, hold_transfer`,
    [bookId, batchId],
  )
  return rows.map(payoutOf)
}

/** The payouts of one transaction, locked until the dbTx ends. */
export async function lockDispatched(
  dbTx: DbTx,
  bookId: BookId,
  dispatchId: string,
): Promise<readonly Payout[]> {
  const rows = await dbTx.query<Row>(
    `select ${COLUMNS} from payout where book_id = $1 and dispatch_id = $2
     order by payout_id for no key update`,
    [bookId, dispatchId],
  )
  return rows.map(payoutOf)
}

/** A payout that was asked for under a name of the caller's, with a hash of what was asked for. */
export type NamedPayout = Readonly<{ payout: Payout; contentHash: Uint8Array }>

/** The payouts that have these names. */
export async function findNamed(
  db: Queryable,
  bookId: BookId,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, NamedPayout>> {
  const rows = await db.query<Row & Readonly<{ external_id: string; content_hash: Buffer }>>(
    `select ${COLUMNS}, content_hash from payout
     where book_id = $1 and external_id = any($2::text[])`,
    [bookId, externalIds],
  )
  return new Map(
    rows.map((row) => [row.external_id, { payout: payoutOf(row), contentHash: row.content_hash }]),
  )
}

const payoutOf = (row: Row): Payout => ({
  payoutId: row.payout_id,
  bookId: row.book_id,
  kind: row.kind,
  sourceId: row.source_id ?? undefined,
  batchId: row.batch_id ?? undefined,
  externalId: row.external_id ?? undefined,
  asset: row.asset,
  units: units(row.units),
  feeUnits: units(row.fee_units),
  netUnits: units(row.net_units),
  quoteId: row.quote_id,
  feeMax: units(row.fee_max),
  price: row.usd === null || row.usd_at === null ? undefined : { usd: row.usd, at: row.usd_at },
  worthCents: row.worth_cents,
  destination: row.destination,
  customerId: row.customer_id ?? undefined,
  metadata: row.metadata,
  initiator: row.initiator,
  hold: { externalId: row.hold_entry, transfer: row.hold_transfer },
  status: row.status,
  problem: row.problem ?? undefined,
  waitsFor: row.waits_for ?? undefined,
  dispatchId: row.dispatch_id ?? undefined,
  txHash: row.tx_hash ?? undefined,
  networkFee: row.network_fee === null ? undefined : units(row.network_fee),
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
})
