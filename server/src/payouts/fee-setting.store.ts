import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { NO_PAYOUT_FEES, type PayoutFeeSettings } from './fee-quote.ts'

type Row = Readonly<{ fixed_cents: bigint; parts_per_million: number; minimum_cents: bigint }>

/** What a book has settled about its fees for payouts. */
export async function readFeeSettings(db: Queryable, bookId: BookId): Promise<PayoutFeeSettings> {
  const [row] = await db.query<Row>(
    `select fixed_cents, parts_per_million, minimum_cents from payout_fee_setting
     where book_id = $1`,
    [bookId],
  )
  if (row === undefined) return NO_PAYOUT_FEES
  return {
    fixedCents: row.fixed_cents,
    partsPerMillion: row.parts_per_million,
    minimumCents: row.minimum_cents,
  }
}

/** Settles it anew. */
export async function putFeeSettings(
  dbTx: DbTx,
  bookId: BookId,
  settings: PayoutFeeSettings,
): Promise<void> {
  await dbTx.query(
    `insert into payout_fee_setting (book_id, fixed_cents, parts_per_million, minimum_cents)
     values ($1, $2, $3, $4)
     on conflict (book_id) do update set fixed_cents = excluded.fixed_cents,
       parts_per_million = excluded.parts_per_million, minimum_cents = excluded.minimum_cents`,
    [bookId, settings.fixedCents, settings.partsPerMillion, settings.minimumCents],
  )
}
