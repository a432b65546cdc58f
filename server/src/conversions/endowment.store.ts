import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'

/** Liquidity that a sandbox's book has of an asset. */
export type EndowmentKey = Readonly<{ bookId: BookId; asset: AssetId }>

const BATCH_MAX = 500

/** Whether it arrived. Concurrent calls share a statement. */
export const isEndowed: (db: Queryable, key: EndowmentKey) => Promise<boolean> = gatherOn(
  async (db: Queryable, keys: readonly EndowmentKey[]): Promise<readonly boolean[]> => {
    const rows = await db.query<{ book_id: BookId; asset: AssetId }>(
      `select distinct book_id, asset from liquidity_endowment
       join unnest($1::text[], $2::text[]) as wanted (book_id, asset) using (book_id, asset)
       where deposit_id is not null`,
      [keys.map((one) => one.bookId), keys.map((one) => one.asset)],
    )
    const found = new Set(rows.map((row) => `${row.book_id} ${row.asset}`))
    return keys.map(({ bookId, asset }) => found.has(`${bookId} ${asset}`))
  },
  { batchMax: BATCH_MAX },
)

/**
 * Writes down that liquidity is about to be sent.
 *
 * @param again whoever began before this and was not heard of since was stopped in between
 * @returns how much; nothing when it is on its way, or there
 */
export async function askEndowment(
  dbTx: DbTx,
  { bookId, asset }: EndowmentKey,
  asked: Readonly<{ units: Units; now: Instant; again: Instant }>,
): Promise<Units | undefined> {
  const [row] = await dbTx.query<{ units: Units }>(
    `insert into liquidity_endowment as known (book_id, asset, units, asked_at)
     values ($1, $2, $3, $4)
     on conflict (book_id, asset) do update set asked_at = excluded.asked_at
       where known.deposit_id is null and known.asked_at < $5
     returning units`,
    [bookId, asset, asked.units, new Date(asked.now), new Date(asked.again)],
  )
  return row?.units
}

/**
 * Whether a deposit is the liquidity that was sent, to be credited now. The first one of its amount
 * is: of two equal ones it makes no difference which.
 */
export async function claimEndowment(
  dbTx: DbTx,
  { bookId, asset }: EndowmentKey,
  deposit: Readonly<{ depositId: string; units: Units }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update liquidity_endowment set deposit_id = $3
     where book_id = $1 and asset = $2 and units = $4 and (deposit_id is null or deposit_id = $3)
     returning 1 as claimed`,
    [bookId, asset, deposit.depositId, deposit.units],
  )
  return rows.length > 0
}
