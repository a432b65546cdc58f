import { formatDecimal, type Decimal } from '../money/decimal.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'

/** What rounding left of one conversion, in units of the asset it went into. */
export type LeftOver = Readonly<{ bookId: BookId; asset: AssetId; left: Decimal }>

const BATCH_MAX = 100

/**
 * Adds to what roundings have left of an asset so far, exactly, and says how many whole units that
 * makes more than before: they are to be booked with this conversion. Less than one unit of each
 * asset is so never on any account, whatever was converted. The sum stays locked until the dbTx
 * ends; those of one dbTx are added by one statement, one after the other.
 */
export const addLeftOver: (dbTx: DbTx, one: LeftOver) => Promise<Units> = gatherOn(addTogether, {
  batchMax: BATCH_MAX,
})

async function addTogether(dbTx: DbTx, added: readonly LeftOver[]): Promise<readonly Units[]> {
  const rows = await dbTx.query<{ whole: Units }>(ADD, [
    added.map((one) => one.bookId),
    added.map((one) => one.asset),
    added.map((one) => formatDecimal(one.left)),
  ])
  return rows.map((row) => row.whole)
}

// Sums of NUMERIC are exact. They are locked in sorted order, so that nobody waits in a circle.
const ADD = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::numeric[])
      with ordinality as one (book_id, asset, amount, place)),
  sums as (
    select book_id, asset, sum(amount) as amount from given
    group by book_id, asset order by book_id collate "C", asset collate "C"),
  totals as (
    insert into conversion_rounding as known (book_id, asset, left_over)
    select book_id, asset, amount from sums
    on conflict (book_id, asset) do update set left_over = known.left_over + excluded.left_over
    returning book_id, asset, left_over),
  steps as (
    select given.place, given.amount,
      totals.left_over - sums.amount
        + sum(given.amount) over (partition by given.book_id, given.asset order by given.place)
        as after
    from given join totals using (book_id, asset) join sums using (book_id, asset))
  select floor(after) - floor(after - amount) as whole from steps order by place`
