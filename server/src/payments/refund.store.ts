import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Money owed back to a payer; it lies in `refunds.payable` until a payout sends it. */
export type Refund = Readonly<{
  refundId: string
  exceptionId: string
  paymentId: string | undefined
  depositId: string
  asset: AssetId
  units: Units
  /** Where to; absent as long as nobody said. */
  address: string | undefined
  state: 'awaiting_payout'
  createdAt: Instant
}>

type Row = Readonly<{
  refund_id: string
  exception_id: string
  payment_id: string | null
  deposit_id: string
  asset: AssetId
  units: Units
  address: string | null
  state: 'awaiting_payout'
  created_at: Instant
}>

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
    `select refund_id, exception_id, payment_id, deposit_id, asset, units, address, state,
       created_at
     from refund where book_id = $1 and exception_id = any($2::text[]) order by refund_id`,
    [bookId, exceptionIds],
  )
  return rows.map((row) => ({
    refundId: row.refund_id,
    exceptionId: row.exception_id,
    paymentId: row.payment_id ?? undefined,
    depositId: row.deposit_id,
    asset: row.asset,
    units: row.units,
    address: row.address ?? undefined,
    state: row.state,
    createdAt: row.created_at,
  }))
}
