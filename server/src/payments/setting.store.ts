import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { Tolerance } from './quote.ts'

/** How long a quote holds where the book sets nothing else. */
export const QUOTE_WINDOW_MS = 60 * 60 * 1_000

/** What a book has settled about its payments. */
export type PaymentSettings = Readonly<{
  quoteWindowMs: number
  /** What may be missing, by asset; nothing for assets that are not here. */
  tolerances: ReadonlyMap<AssetId, Tolerance>
}>

type SettingRow = Readonly<{
  book_id: BookId
  quote_window_ms: number | null
  asset: AssetId | null
  parts_per_million: number | null
  absolute_units: Units | null
}>

const BATCH_MAX = 500

/** The settings of a book. Concurrent calls share a statement. */
export const readSettings: (db: Queryable, bookId: BookId) => Promise<PaymentSettings> = gatherOn(
  async (db: Queryable, bookIds: readonly BookId[]): Promise<readonly PaymentSettings[]> => {
    const rows = await db.query<SettingRow>(
      `select book.book_id, setting.quote_window_ms, tolerance.asset, tolerance.parts_per_million,
         tolerance.absolute_units
       from unnest($1::text[]) as book (book_id)
       left join payment_setting as setting on setting.book_id = book.book_id
       left join payment_tolerance as tolerance on tolerance.book_id = book.book_id`,
      [[...new Set(bookIds)]],
    )
    const byBook = Map.groupBy(rows, (row) => row.book_id)
    return bookIds.map((bookId) => settingsFrom(byBook.get(bookId) ?? []))
  },
  { batchMax: BATCH_MAX },
)

const settingsFrom = (rows: readonly SettingRow[]): PaymentSettings => ({
  quoteWindowMs: rows[0]?.quote_window_ms ?? QUOTE_WINDOW_MS,
  tolerances: new Map(
    rows.flatMap(({ asset, parts_per_million: partsPerMillion, absolute_units: absolute }) =>
      asset === null || partsPerMillion === null || absolute === null
        ? []
        : [[asset, { partsPerMillion, absolute }] as const],
    ),
  ),
})

/** Sets how long quotes of this book hold from now on, 1 minute to 31 days. */
export async function putQuoteWindow(
  dbTx: DbTx,
  bookId: BookId,
  quoteWindowMs: number,
): Promise<void> {
  await dbTx.query(
    `insert into payment_setting (book_id, quote_window_ms) values ($1, $2)
     on conflict (book_id) do update set quote_window_ms = excluded.quote_window_ms`,
    [bookId, quoteWindowMs],
  )
}

/** Sets what may be missing of payments that are quoted in this asset from now on. */
export async function putTolerance(
  dbTx: DbTx,
  bookId: BookId,
  set: Tolerance & Readonly<{ asset: AssetId }>,
): Promise<void> {
  await dbTx.query(
    `insert into payment_tolerance (book_id, asset, parts_per_million, absolute_units)
     values ($1, $2, $3, $4)
     on conflict (book_id, asset) do update set
       parts_per_million = excluded.parts_per_million, absolute_units = excluded.absolute_units`,
    [bookId, set.asset, set.partsPerMillion, set.absolute],
  )
}
