import { units, type AssetId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import { balanceFrom, type Balance } from './balance.ts'
import type { BookedTransfer } from './booked-entry.ts'
import { findLines, type HistoryRow } from './history.store.ts'
import type { AccountId, EntryId, Facts } from './transfer.ts'

/** One line of an account's statement. */
export type StatementLine = Readonly<{
  /** 1, 2, 3 … in the account. */
  seq: number
  entryId: EntryId
  externalId: string
  operation: string
  facts: Facts
  kind: BookedTransfer['kind']
  asset: AssetId
  /** The account on the other side of the transfer. */
  counterpart: AccountId
  /** What `posted` changed by; negative when the account gave. */
  change: Units
  /** The balance after this line. */
  balance: Balance
  bookedAt: Instant
  effectiveAt: Instant
}>

/** Lines, newest first; `next` is absent on the last page. */
export type Statement = Readonly<{ lines: readonly StatementLine[]; next: number | undefined }>

/**
 * A page of an account's statement, newest first.
 *
 * @param page at most `limit` lines (1–1,000), those before the one that `next` named
 */
export async function history(
  db: Queryable,
  account: Readonly<{ bookId: BookId; accountId: AccountId }>,
  page: Readonly<{ limit: number; before?: number }>,
): Promise<Statement> {
  const before = page.before ?? Number.MAX_SAFE_INTEGER
  const rows = await findLines(db, account, { before, limit: page.limit })
  const lines = rows.map(statementLine)
  const last = lines.at(-1)?.seq ?? 1
  return { lines, next: last === 1 ? undefined : last }
}

const statementLine = (row: HistoryRow): StatementLine => ({
  seq: row.seq,
  entryId: row.entry_id,
  externalId: row.external_id,
  operation: row.operation,
  facts: row.facts,
  kind: row.kind,
  asset: row.asset,
  counterpart: row.counterpart,
  change: units(row.normal_side === 'credit' ? row.units : -row.units),
  balance: balanceFrom(
    {
      posted: row.posted,
      pendingDebits: row.pending_debits,
      pendingCredits: row.pending_credits,
    },
    row.normal_side,
  ),
  bookedAt: row.booked_at,
  effectiveAt: row.effective_at,
})
