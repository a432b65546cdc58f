import { AppError } from '../errors/app-error.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'
import type { Refund, RefundState } from './refund.ts'

type Row = Readonly<{
  refund_id: string
  exception_id: string
  payment_id: string | null
  deposit_id: string
  asset: AssetId
  units: Units
  address: string | null
  state: RefundState
  payout_id: string | null
  problem: string | null
  tx_hash: string | null
  created_at: Instant
}>

const COLUMNS = `refund_id, exception_id, payment_id, deposit_id, asset, units, address, state,
  payout_id, problem, tx_hash, created_at`

/** Writes new refunds. */
export async function insertRefunds(
  dbTx: DbTx,
  bookId: BookId,
  refunds: readonly Refund[],
): Promise<void> {
  if (refunds.length === 0) return
  await dbTx.query(
    `insert into refund (book_id, refund_id, exception_id, payment_id, deposit_id, asset, units,
       address, state, created_at)
     select $1, one.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::numeric[], $8::text[], $9::text[], $10::timestamptz[]) as one`,
    [
      bookId,
      refunds.map((one) => one.refundId),
      refunds.map((one) => one.exceptionId),
      refunds.map((one) => one.paymentId ?? null),
      refunds.map((one) => one.depositId),
      refunds.map((one) => one.asset),
      refunds.map((one) => one.units),
      refunds.map((one) => one.address ?? null),
      refunds.map((one) => one.state),
      refunds.map((one) => new Date(one.createdAt)),
    ],
  )
}

/** The refunds that these exceptions led to. */
export async function readRefunds(
  db: Queryable,
  bookId: BookId,
  exceptionIds: readonly string[],
): Promise<readonly Refund[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from refund
     where book_id = $1 and exception_id = any($2::text[]) order by refund_id`,
    [bookId, exceptionIds],
  )
  return rows.map(refundOf)
}

/** Refunds by their ids, in the order of these; those that are not there are left out. */
export async function readRefundsById(
  db: Queryable,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly Refund[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from refund where book_id = $1 and refund_id = any($2::text[])`,
    [bookId, ids],
  )
  const byId = new Map(rows.map((row) => [row.refund_id, refundOf(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** A refund, locked until the dbTx ends. */
export async function lockRefund(
  dbTx: DbTx,
  bookId: BookId,
  refundId: string,
): Promise<Refund | undefined> {
  const [row] = await dbTx.query<Row>(
    `select ${COLUMNS} from refund where book_id = $1 and refund_id = $2 for update`,
    [bookId, refundId],
  )
  return row && refundOf(row)
}

/** Writes where a refund stands. The caller holds its lock. */
export async function writeRefund(dbTx: DbTx, bookId: BookId, refund: Refund): Promise<void> {
  await dbTx.query(
    `update refund set state = $3, address = $4, payout_id = $5, problem = $6, tx_hash = $7
     where book_id = $1 and refund_id = $2`,
    [
      bookId,
      refund.refundId,
      refund.state,
      refund.address ?? null,
      refund.payoutId ?? null,
      refund.problem ?? null,
      refund.txHash ?? null,
    ],
  )
}

/** Ids of refunds. @throws payments.place_unknown when the cursor is none of this list's */
export const listRefundIds = (db: Queryable, bookId: BookId, place: ListPlace): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'refund',
      id: 'refund_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: '',
      params: [bookId],
    },
    { place, refuse: (cursor) => new AppError('payments.place_unknown', { cursor }) },
  )

const refundOf = (row: Row): Refund => ({
  refundId: row.refund_id,
  exceptionId: row.exception_id,
  paymentId: row.payment_id ?? undefined,
  depositId: row.deposit_id,
  asset: row.asset,
  units: row.units,
  address: row.address ?? undefined,
  state: row.state,
  payoutId: row.payout_id ?? undefined,
  problem: row.problem ?? undefined,
  txHash: row.tx_hash ?? undefined,
  createdAt: row.created_at,
})
