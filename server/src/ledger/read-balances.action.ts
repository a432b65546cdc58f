import { units, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { balanceFrom, type AccountBalance, type Balance } from './balance.ts'
import {
  findBalances,
  findBalancesOf,
  findSumsAt,
  sumByPurpose,
  type BalanceRow,
} from './balance.store.ts'
import { accountKey } from './draft.ts'
import { availableIn } from './decide.ts'
import { lockAccounts } from './journal.store.ts'
import type { AccountId, AccountSpec } from './transfer.ts'
import type { AssetId } from '../money/units.ts'

/** The balances of a book, by account id; of one purpose or owner where that is asked. */
export async function balances(
  db: Queryable,
  bookId: BookId,
  filter: Readonly<{ purpose?: string; owner?: string }> = {},
): Promise<readonly AccountBalance[]> {
  return (await findBalances(db, bookId, filter)).map(accountBalance)
}

/** The balance of one account; absent when nothing was ever booked on it. */
export async function balanceOf(
  db: Queryable,
  bookId: BookId,
  accountId: AccountId,
): Promise<AccountBalance | undefined> {
  return (await balancesOf(db, bookId, [accountId])).get(accountId)
}

/** The balances of some accounts; those on which nothing was ever booked are left out. */
export async function balancesOf(
  db: Queryable,
  bookId: BookId,
  accountIds: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, AccountBalance>> {
  const rows = await findBalancesOf(db, bookId, accountIds)
  return new Map(rows.map((row) => [row.account_id, accountBalance(row)]))
}

const accountBalance = (row: BalanceRow): AccountBalance => ({
  accountId: row.account_id,
  purpose: row.purpose,
  owner: row.owner ?? undefined,
  asset: row.asset,
  ...balanceFrom(sumsOf(row), row.normal_side),
})

const sumsOf = (
  row: Readonly<{ posted: bigint; pending_debits: bigint; pending_credits: bigint }>,
) => ({
  posted: row.posted,
  pendingDebits: row.pending_debits,
  pendingCredits: row.pending_credits,
})

/** What a purpose holds of an asset over all its accounts. */
export type ChartBalance = Balance & Readonly<{ purpose: string; asset: AssetId; accounts: number }>

/** The sums of a book over its chart, by purpose and asset. */
export async function chartBalances(
  db: Queryable,
  bookId: BookId,
): Promise<readonly ChartBalance[]> {
  return (await sumByPurpose(db, bookId)).map((row) => ({
    purpose: row.purpose,
    asset: row.asset,
    accounts: row.accounts,
    ...balanceFrom(sumsOf(row), row.normal_side),
  }))
}

/** An account's balance as it was booked at a moment; absent before its first line. */
export async function balanceAt(
  db: Queryable,
  account: Readonly<{ bookId: BookId; accountId: AccountId }>,
  at: Instant,
): Promise<Balance | undefined> {
  const row = await findSumsAt(db, account, at)
  return row === undefined ? undefined : balanceFrom(sumsOf(row), row.normal_side)
}

/**
 * What each account may spend, and keeps until the dbTx ends: the rows are locked. 0 for an account
 * that nothing was ever booked on.
 */
export async function lockAvailable(
  dbTx: DbTx,
  bookId: BookId,
  accounts: readonly AccountSpec[],
): Promise<ReadonlyMap<AccountId, Units>> {
  const ids = [...new Set(accounts.map((one) => one.accountId))].sort()
  const locked = await lockAccounts(
    dbTx,
    ids.map((accountId) => ({ bookId, accountId })),
  )
  return new Map(
    ids.map((accountId) => {
      const state = locked.get(accountKey({ bookId, accountId }))
      return [accountId, units(state === undefined ? 0n : availableIn(state))]
    }),
  )
}
