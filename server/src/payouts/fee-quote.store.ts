import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { FeeQuote } from './fee-quote.ts'

type Row = Readonly<{
  quote_id: string
  asset: AssetId
  native: AssetId
  network_fee: bigint
  fee_max: bigint
  network_fee_in_asset: bigint
  service_fixed: bigint
  service_parts_per_million: number
  min_units: bigint
  asset_usd: string
  native_usd: string
  priced_at: Instant
  price_sources: readonly string[]
  created_at: Instant
  expires_at: Instant
}>

const COLUMNS = `quote_id, asset, native, network_fee, fee_max, network_fee_in_asset, service_fixed,
  service_parts_per_million, min_units, asset_usd, native_usd, priced_at, price_sources, created_at,
  expires_at`

/** Quotes that expired so long ago are forgotten: what was paid by them says so itself. */
const KEPT_MS = 30 * 24 * 60 * 60_000
/** So many at a time, whenever a new one is made. */
const FORGOTTEN_MAX = 20

/** The quote of an asset that everybody gets at this time; absent where none is valid. */
export async function readCurrentQuote(
  db: Queryable,
  bookId: BookId,
  { asset, now }: Readonly<{ asset: AssetId; now: Instant }>,
): Promise<FeeQuote | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from fee_quote where book_id = $1 and quote_id =
       (select quote_id from current_fee_quote
        where book_id = $1 and asset = $2 and expires_at > $3)`,
    [bookId, asset, new Date(now)],
  )
  return row && quoteOf(row)
}

/** A quote by its id, valid or not. */
export async function readQuote(
  db: Queryable,
  bookId: BookId,
  quoteId: string,
): Promise<FeeQuote | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from fee_quote where book_id = $1 and quote_id = $2`,
    [bookId, quoteId],
  )
  return row && quoteOf(row)
}

/**
 * Makes a quote the one that everybody gets, unless there is a valid one already.
 *
 * @returns whether it is now; what another made meanwhile is read after this dbTx
 */
export async function insertCurrentQuote(
  dbTx: DbTx,
  bookId: BookId,
  quote: FeeQuote,
): Promise<boolean> {
  const { quoteId, asset, createdAt, expiresAt } = quote
  const taken = await dbTx.query(
    `insert into current_fee_quote as current (book_id, asset, quote_id, expires_at)
     values ($1, $2, $3, $4)
     on conflict (book_id, asset) do update
       set quote_id = excluded.quote_id, expires_at = excluded.expires_at
       where current.expires_at <= $5
     returning quote_id`,
    [bookId, asset, quoteId, new Date(expiresAt), new Date(createdAt)],
  )
  if (taken.length === 0) return false
  await insertQuote(dbTx, bookId, quote)
  await dbTx.query(
    `delete from fee_quote where book_id = $1 and quote_id in
       (select quote_id from fee_quote where book_id = $1 and asset = $2 and expires_at < $3
        order by expires_at limit $4)`,
    [bookId, asset, new Date(createdAt - KEPT_MS), FORGOTTEN_MAX],
  )
  return true
}

async function insertQuote(dbTx: DbTx, bookId: BookId, quote: FeeQuote): Promise<void> {
  await dbTx.query(
    `insert into fee_quote (book_id, ${COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      bookId,
      quote.quoteId,
      quote.asset,
      quote.native,
      quote.networkFee,
      quote.feeMax,
      quote.networkFeeInAsset,
      quote.service.fixed,
      quote.service.partsPerMillion,
      quote.minUnits,
      quote.usd.asset,
      quote.usd.native,
      new Date(quote.usd.at),
      [...quote.usd.sources],
      new Date(quote.createdAt),
      new Date(quote.expiresAt),
    ],
  )
}

/** Has the next asker get a new quote; those that were given keep theirs until they expire. */
export async function endCurrentQuotes(dbTx: DbTx, bookId: BookId): Promise<void> {
  await dbTx.query('delete from current_fee_quote where book_id = $1', [bookId])
}

const quoteOf = (row: Row): FeeQuote => ({
  quoteId: row.quote_id,
  asset: row.asset,
  native: row.native,
  networkFee: units(row.network_fee),
  feeMax: units(row.fee_max),
  networkFeeInAsset: units(row.network_fee_in_asset),
  service: {
    fixed: units(row.service_fixed),
    partsPerMillion: row.service_parts_per_million,
  },
  minUnits: units(row.min_units),
  usd: {
    asset: row.asset_usd,
    native: row.native_usd,
    at: row.priced_at,
    sources: row.price_sources,
  },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})
