import { formatRate, parseRate, type Rate } from '../money/rate.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** The price that a book accepted last, and when in its time. */
export type AcceptedPrice = Readonly<{ currency: string; usd: Rate; at: Instant }>

/** The last accepted prices of these currencies; those never accepted are left out. */
export async function readAcceptedPrices(
  db: Queryable,
  bookId: BookId,
  currencies: readonly string[],
): Promise<readonly AcceptedPrice[]> {
  const rows = await db.query<{ currency: string; usd: string; accepted_at: Instant }>(
    'select currency, usd, accepted_at from accepted_price where book_id = $1 and currency = any($2)',
    [bookId, [...currencies]],
  )
  return rows.map(({ currency, usd, accepted_at }) => ({
    currency,
    usd: parseRate(usd),
    at: accepted_at,
  }))
}

/** Keeps these prices as the measure of the next ones, unless later ones are there already. */
export async function writeAcceptedPrices(
  dbTx: DbTx,
  bookId: BookId,
  prices: readonly AcceptedPrice[],
): Promise<void> {
  // Sorted, so that two processes lock the rows in one order.
  const sorted = prices.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
  await dbTx.query(
    `insert into accepted_price (book_id, currency, usd, accepted_at)
     select $1, one.currency, one.usd, one.accepted_at
     from unnest($2::text[], $3::text[], $4::timestamptz[]) as one (currency, usd, accepted_at)
     on conflict (book_id, currency) do update
       set usd = excluded.usd, accepted_at = excluded.accepted_at
       where accepted_price.accepted_at < excluded.accepted_at`,
    [
      bookId,
      sorted.map((price) => price.currency),
      sorted.map((price) => formatRate(price.usd)),
      sorted.map((price) => new Date(price.at)),
    ],
  )
}
