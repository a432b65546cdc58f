import { formatRate, parseRate } from '../money/rate.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { Conversion } from './conversion.ts'

type StoredPrice = Readonly<{
  currency: string
  usd: string
  at: Instant
  sources: readonly string[]
}>

type Row = Readonly<{
  book_id: BookId
  conversion_id: string
  external_id: string | null
  from_asset: AssetId
  to_asset: AssetId
  given_units: Units
  received_units: Units
  spread_units: Units
  spread_ppm: number
  rate: string
  prices: Readonly<{ from: StoredPrice; to: StoredPrice }>
  asked: string
  customer_id: string | null
  metadata: string
  created_at: Instant
}>

const COLUMNS = `book_id, conversion_id, external_id, from_asset, to_asset, given_units,
  received_units, spread_units, spread_ppm, rate, prices, asked, customer_id, metadata, created_at`

const BATCH_MAX = 100

/** A conversion of a book. */
export type BookedConversion = Readonly<{ bookId: BookId; conversion: Conversion }>

/**
 * Writes a conversion; false when its external id stands for one already, which stays as it is.
 * Those of one dbTx are written together, in one statement.
 */
export const insertConversion: (dbTx: DbTx, added: BookedConversion) => Promise<boolean> = gatherOn(
  async (dbTx: DbTx, added: readonly BookedConversion[]): Promise<readonly boolean[]> => {
    const rows = await dbTx.query<{ conversion_id: string }>(INSERT, columnsOf(added))
    const written = new Set(rows.map((row) => row.conversion_id))
    return added.map(({ conversion }) => written.has(conversion.conversionId))
  },
  { batchMax: BATCH_MAX },
)

const INSERT = `
  insert into conversion (${COLUMNS})
  select one.book_id, one.conversion_id, one.external_id, one.from_asset, one.to_asset,
    one.given_units, one.received_units, one.spread_units, one.spread_ppm, one.rate,
    one.prices::json, one.asked, one.customer_id, one.metadata, one.created_at
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[],
      $7::numeric[], $8::numeric[], $9::int[], $10::text[], $11::text[], $12::text[], $13::text[],
      $14::text[], $15::timestamptz[])
    as one (${COLUMNS})
  on conflict on constraint conversion_once do nothing
  returning conversion_id`

function columnsOf(added: readonly BookedConversion[]): readonly unknown[][] {
  const column = (pick: (conversion: Conversion) => unknown): unknown[] =>
    added.map(({ conversion }) => pick(conversion) ?? null)
  return [
    added.map((one) => one.bookId),
    column((one) => one.conversionId),
    column((one) => one.externalId),
    column((one) => one.from),
    column((one) => one.to),
    column((one) => one.given),
    column((one) => one.received),
    column((one) => one.spread),
    column((one) => one.spreadPpm),
    column((one) => formatRate(one.rate)),
    column(({ prices: { from, to } }) => JSON.stringify({ from: written(from), to: written(to) })),
    column((one) => one.asked),
    column((one) => one.customerId),
    column((one) => one.metadata),
    column((one) => new Date(one.createdAt)),
  ]
}

/** The conversions with these ids, in that order; unknown ids are left out. */
export async function readConversions(
  db: Queryable,
  bookId: BookId,
  conversionIds: readonly string[],
): Promise<readonly Conversion[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from conversion where book_id = $1 and conversion_id = any($2::text[])`,
    [bookId, conversionIds],
  )
  const found = new Map(rows.map((row) => [row.conversion_id, conversionOf(row)]))
  return conversionIds.flatMap((id) => found.get(id) ?? [])
}

/** The conversion that an external id stands for. */
export async function readConversionNamed(
  db: Queryable,
  bookId: BookId,
  externalId: string,
): Promise<Conversion | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from conversion where book_id = $1 and external_id = $2`,
    [bookId, externalId],
  )
  return row && conversionOf(row)
}

const written = (price: Price): StoredPrice => ({ ...price, usd: formatRate(price.usd) })

const read = (price: StoredPrice): Price => ({ ...price, usd: parseRate(price.usd) })

const conversionOf = (row: Row): Conversion => ({
  conversionId: row.conversion_id,
  externalId: row.external_id ?? undefined,
  from: row.from_asset,
  to: row.to_asset,
  given: row.given_units,
  received: row.received_units,
  spread: row.spread_units,
  spreadPpm: row.spread_ppm,
  rate: parseRate(row.rate),
  prices: { from: read(row.prices.from), to: read(row.prices.to) },
  asked: row.asked,
  customerId: row.customer_id ?? undefined,
  metadata: row.metadata,
  createdAt: row.created_at,
})
