import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { SumsRow } from './balance.store.ts'
import type { BookedTransfer } from './booked-entry.ts'
import type { AccountId, EntryId, Facts, Side } from './transfer.ts'

/** A line with its entry; the sums are those after the line. */
export type HistoryRow = SumsRow &
  Readonly<{
    seq: number
    entry_id: EntryId
    external_id: string
    operation: string
    facts: Facts
    kind: BookedTransfer['kind']
    asset: AssetId
    counterpart: AccountId
    side: Side
    units: bigint
    held: bigint
    booked_at: number
    effective_at: number
  }>

/** Lines of an account, newest first, before a `seq`. */
export const findLines = (
  db: Queryable,
  account: Readonly<{ bookId: BookId; accountId: AccountId }>,
  page: Readonly<{ before: number; limit: number }>,
): Promise<HistoryRow[]> =>
  db.query<HistoryRow>(
    `select l.seq, l.entry_id, e.external_id, e.operation, e.facts, t.kind, t.asset,
       case l.side when 'debit' then t.credit_account_id else t.debit_account_id end as counterpart,
       l.side, l.units, l.held, l.normal_side, l.posted, l.pending_debits, l.pending_credits,
       l.booked_at, e.effective_at
     from line l
     join transfer t on t.book_id = l.book_id and t.entry_id = l.entry_id
       and t.transfer_no = l.transfer_no
     join entry e on e.book_id = l.book_id and e.entry_id = l.entry_id
     where l.book_id = $1 and l.account_id = $2 and l.seq < $3
     order by l.seq desc limit $4`,
    [account.bookId, account.accountId, page.before, page.limit],
  )
