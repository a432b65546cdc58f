import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import type { AccountId, Side } from './transfer.ts'

/** An account's sums as the table has them. */
export type SumsRow = Readonly<{
  normal_side: Side
  posted: bigint
  pending_debits: bigint
  pending_credits: bigint
}>

/** A row of `account`. */
export type BalanceRow = SumsRow &
  Readonly<{ account_id: AccountId; purpose: string; owner: string | null; asset: AssetId }>

const SELECTED = `select account_id, purpose, owner, asset, normal_side, posted, pending_debits,
  pending_credits from account`

/** The accounts of a book by id; with `purpose` or `owner`, those that have it. */
export const findBalances = (
  db: Queryable,
  bookId: BookId,
  filter: Readonly<{ purpose?: string; owner?: string }>,
): Promise<BalanceRow[]> =>
  db.query<BalanceRow>(
    `${SELECTED}
     where book_id = $1 and ($2::text is null or purpose = $2) and ($3::text is null or owner = $3)
     order by account_id`,
    [bookId, filter.purpose ?? null, filter.owner ?? null],
  )

/** Those of these accounts on which anything was ever booked: found by key, however many there are. */
export const findBalancesOf = (
  db: Queryable,
  bookId: BookId,
  accountIds: readonly AccountId[],
): Promise<BalanceRow[]> =>
  db.query<BalanceRow>(`${SELECTED} where book_id = $1 and account_id = any($2::text[])`, [
    bookId,
    accountIds,
  ])

/** A purpose's sums over all its accounts of an asset. */
export type ChartRow = SumsRow & Readonly<{ purpose: string; asset: AssetId; accounts: number }>

/** The sums of a book by purpose and asset. */
export const sumByPurpose = (db: Queryable, bookId: BookId): Promise<ChartRow[]> =>
  db.query<ChartRow>(
    `select purpose, asset, normal_side, count(*) as accounts, sum(posted) as posted,
       sum(pending_debits) as pending_debits, sum(pending_credits) as pending_credits
     from account where book_id = $1
     group by purpose, asset, normal_side order by purpose, asset`,
    [bookId],
  )

/**
 * The sums after the last line that was booked until `at`. `booked_at` never falls from one line of
 * an account to the next, so halving the range of `seq` finds it with a few dozen look-ups by key,
 * without an index of its own.
 */
export async function findSumsAt(
  db: Queryable,
  account: Readonly<{ bookId: BookId; accountId: AccountId }>,
  at: Instant,
): Promise<SumsRow | undefined> {
  const [row] = await db.query<SumsRow>(
    `with recursive search (low, high) as (
       select 0::bigint, version from account where book_id = $1 and account_id = $2
       union all
       select case when is_until then middle else low end,
         case when is_until then high else middle - 1 end
       from (
         select low, high, (low + high + 1) / 2 as middle,
           (select booked_at <= $3 from line
            where book_id = $1 and account_id = $2 and seq = (low + high + 1) / 2) as is_until
         from search where low < high) as step)
     select normal_side, posted, pending_debits, pending_credits from line
     where book_id = $1 and account_id = $2 and seq = (select low from search where low = high)`,
    [account.bookId, account.accountId, new Date(at)],
  )
  return row
}
