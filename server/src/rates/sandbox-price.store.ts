import { formatRate, parseRate, type Rate } from '../money/rate.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** A price as the owner of a sandbox set it; without `usd` the currency was taken away. */
export type SandboxPrice = Readonly<{ currency: string; usd: Rate | undefined }>

/** What was set of these currencies in a book; those that were never touched are left out. */
export async function readSandboxPrices(
  db: Queryable,
  bookId: BookId,
  currencies: readonly string[],
): Promise<readonly SandboxPrice[]> {
  const rows = await db.query<{ currency: string; usd: string | null }>(
    'select currency, usd from sandbox_price where book_id = $1 and currency = any($2)',
    [bookId, [...currencies]],
  )
  return rows.map(({ currency, usd }) => ({
    currency,
    usd: usd === null ? undefined : parseRate(usd),
  }))
}

/** Writes a price over what was set before. */
export async function writeSandboxPrice(
  dbTx: DbTx,
  bookId: BookId,
  { currency, usd, setAt }: SandboxPrice & Readonly<{ setAt: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into sandbox_price (book_id, currency, usd, set_at) values ($1, $2, $3, $4)
     on conflict (book_id, currency) do update set usd = excluded.usd, set_at = excluded.set_at`,
    [bookId, currency, usd === undefined ? null : formatRate(usd), new Date(setAt)],
  )
}
