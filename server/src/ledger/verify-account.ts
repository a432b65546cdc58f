import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { accountIdOf, chart } from './chart.ts'
import type { Sums } from './draft.ts'
import { badAccount, type Finding } from './finding.ts'
import type { AccountId, Facts } from './transfer.ts'

/** A row of `account`, and the facts of the entry that set its state. */
export type AccountRow = Sums &
  Readonly<{
    bookId: BookId
    accountId: AccountId
    purpose: string
    owner: string | undefined
    asset: string
    normalSide: string
    overdraft: string
    state: string
    stateEntryId: string | undefined
    stateFacts: Facts | undefined
    version: number
    bookedAt: Instant
  }>

/** What of an account does not follow from its id, the chart and the entry that set its state. */
export function checkAccount(row: AccountRow): Finding | undefined {
  const differs = identityProblem(row) ?? stateProblem(row)
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

function stateProblem(row: AccountRow): string | undefined {
  const { state, stateEntryId, stateFacts } = row
  if (stateEntryId === undefined) {
    return state === 'open' ? undefined : `it is ${state}, and no entry made it so`
  }
  const isProved = stateFacts?.['object'] === row.accountId && stateFacts['state'] === state
  return isProved ? undefined : `it is ${state}, which entry ${stateEntryId} does not say`
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
