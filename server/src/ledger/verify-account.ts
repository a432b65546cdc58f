import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { accountIdOf, chart } from './chart.ts'
import type { Sums } from './draft.ts'
import { badAccount, type Finding } from './finding.ts'
import type { AccountId } from './transfer.ts'

/** A row of `account`, but its state: that is an entry's say. */
export type AccountRow = Sums &
  Readonly<{
    bookId: BookId
    accountId: AccountId
    purpose: string
    owner: string | undefined
    asset: string
    normalSide: string
    overdraft: string
    version: number
    bookedAt: Instant
  }>

/** What of an account does not follow from its id and the chart. */
export function checkAccount(row: AccountRow): Finding | undefined {
  const differs = identityProblem(row)
  return differs === undefined ? undefined : badAccount(row.bookId, row.accountId, differs)
}

function identityProblem(row: AccountRow): string | undefined {
  const named = accountIdOf(row.purpose, row.asset, row.owner)
  if (row.accountId !== named) return `purpose, owner and asset make ${named}`
  const entry = Object.entries(chart).find(([purpose]) => purpose === row.purpose)
  if (entry === undefined) return `the chart has no purpose ${row.purpose}`
  const { flags } = entry[1]
  if (row.normalSide !== flags.normal) return `normal_side is not ${flags.normal}`
  if (row.overdraft !== flags.overdraft) return `overdraft is not ${flags.overdraft}`
  return undefined
}

/** What an account that no line was found of must look like. */
export function checkUnusedAccount(
  row: Pick<AccountRow, 'bookId' | 'accountId' | 'version' | 'bookedAt'>,
): Finding | undefined {
  const { bookId, accountId, version, bookedAt } = row
  if (version !== 0) return badAccount(bookId, accountId, `version is ${version}, it has no lines`)
  if (bookedAt !== 0) return badAccount(bookId, accountId, 'booked_at is set, it has no lines')
  return undefined
}
