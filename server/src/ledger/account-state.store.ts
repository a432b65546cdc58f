import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import type { AccountId, EntryId } from './transfer.ts'

/** Locks an account and reads its state; absent when nothing was ever booked on it. */
export async function findAccountState(
  dbTx: DbTx,
  bookId: BookId,
  accountId: AccountId,
): Promise<
  Readonly<{ state: string; stateEntryId: EntryId | null; isEmpty: boolean }> | undefined
> {
  const [row] = await dbTx.query<{
    state: string
    stateEntryId: EntryId | null
    isEmpty: boolean
  }>(
    `select state, state_entry_id as "stateEntryId",
       posted = 0 and pending_debits = 0 and pending_credits = 0 as "isEmpty"
     from account where book_id = $1 and account_id = $2 for no key update`,
    [bookId, accountId],
  )
  return row
}

/** Sets the state, together with the entry that says so. */
export async function writeAccountState(
  dbTx: DbTx,
  change: Readonly<{
    bookId: BookId
    accountId: AccountId
    state: string
    entryId: EntryId
    factsText: string
    now: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `with said as (
       insert into entry
         (book_id, entry_id, external_id, operation, facts, effective_at, created_at)
       values ($1, $2::text, 'account-state:' || $2::text, 'accountStateSet', $3, $4, $4)),
     waiting as (
       insert into unsealed (book_id, batch_id, entry_ids) values ($1, $2::text, array[$2::text]))
     update account set state = $5, state_entry_id = $2::text
     where book_id = $1 and account_id = $6`,
    [
      change.bookId,
      change.entryId,
      change.factsText,
      new Date(change.now),
      change.state,
      change.accountId,
    ],
  )
}
