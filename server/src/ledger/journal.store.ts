import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import { contentOf, externalKey, type AccountState, type TakenId } from './decide.ts'
import { accountKey, inLockOrder, type AccountRef, type Hold } from './draft.ts'
import type { PreparedEntry } from './prepared-entry.ts'
import { holdKey, type HoldRef } from './resolve.ts'
import type { AccountId, EntryId, Side } from './transfer.ts'

/**
 * Opens the accounts that are not there yet, in lock order: whoever opens one that another opens
 * waits for it. Accounts are never deleted.
 */
export async function openAccounts(db: Queryable, refs: readonly AccountRef[]): Promise<void> {
  const ordered = inLockOrder(new Map(refs.map((ref) => [accountKey(ref), ref] as const)))
  const accounts = ordered.flatMap(({ bookId, spec }) =>
    spec === undefined ? [] : [{ bookId, spec }],
  )
  await db.query(
    `insert into account (book_id, account_id, purpose, owner, asset, normal_side, overdraft)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[])
     on conflict (book_id, account_id) do nothing`,
    [
      textArray(accounts.map((one) => one.bookId)),
      textArray(accounts.map((one) => one.spec.accountId)),
      textArray(accounts.map((one) => one.spec.purpose)),
      textArray(accounts.map((one) => one.spec.owner)),
      textArray(accounts.map((one) => one.spec.asset)),
      textArray(accounts.map((one) => one.spec.flags.normal)),
      textArray(accounts.map((one) => one.spec.flags.overdraft)),
    ],
  )
}

/** Which of these accounts are there, by `accountKey`; nothing is locked. */
export async function findKnown(
  db: Queryable,
  accounts: readonly Pick<AccountRef, 'bookId' | 'accountId'>[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<Pick<AccountRow, 'book_id' | 'account_id'>>(
    `select a.book_id, a.account_id
     from unnest($1::text[], $2::text[]) as wanted (book_id, account_id)
     join account a on a.book_id = wanted.book_id and a.account_id = wanted.account_id`,
    [textArray(accounts.map((one) => one.bookId)), textArray(accounts.map((one) => one.accountId))],
  )
  return new Set(rows.map((row) => accountKey({ bookId: row.book_id, accountId: row.account_id })))
}

type AccountRow = Readonly<{
  book_id: BookId
  account_id: AccountId
  asset: AssetId
  normal_side: Side
  overdraft: 'refused' | 'allowed'
  state: 'open' | 'closing' | 'closed'
  posted: bigint
  pending_debits: bigint
  pending_credits: bigint
}>

/** Locks accounts until the dbTx ends and reads them; `accounts` must be in sorted order. */
export async function lockAccounts(
  dbTx: DbTx,
  accounts: readonly Pick<AccountRef, 'bookId' | 'accountId'>[],
): Promise<Map<string, AccountState>> {
  const rows = await dbTx.query<AccountRow>(
    `select a.book_id, a.account_id, a.asset, a.normal_side, a.overdraft, a.state,
       a.posted, a.pending_debits, a.pending_credits
     from unnest($1::text[], $2::text[]) with ordinality as wanted (book_id, account_id, n)
     join account a on a.book_id = wanted.book_id and a.account_id = wanted.account_id
     order by wanted.n for no key update of a`,
    [textArray(accounts.map((one) => one.bookId)), textArray(accounts.map((one) => one.accountId))],
  )
  return new Map(
    rows.map((row) => [
      accountKey({ bookId: row.book_id, accountId: row.account_id }),
      {
        asset: row.asset,
        flags: { normal: row.normal_side, overdraft: row.overdraft },
        state: row.state,
        posted: row.posted,
        pendingDebits: row.pending_debits,
        pendingCredits: row.pending_credits,
      },
    ]),
  )
}

type HoldRow = Readonly<{
  book_id: BookId
  external_id: string
  entry_id: EntryId
  transfer_no: number
  debit_account_id: AccountId
  credit_account_id: AccountId
  asset: AssetId
  units: bigint
  ended: boolean
}>

/** Holds by name. All but `ended` is for ever; that is certain only under the accounts' locks. */
export async function findHolds(
  db: Queryable,
  refs: readonly HoldRef[],
): Promise<Map<string, Hold>> {
  if (refs.length === 0) return new Map()
  const rows = await db.query<HoldRow>(
    `select e.book_id, e.external_id, t.entry_id, t.transfer_no, t.debit_account_id,
       t.credit_account_id, t.asset, t.units,
       exists (select from transfer ending where ending.book_id = t.book_id
         and ending.pending_entry_id = t.entry_id
         and ending.pending_transfer_no = t.transfer_no) as ended
     from unnest($1::text[], $2::text[], $3::int[]) as wanted (book_id, external_id, transfer_no)
     join entry e on e.book_id = wanted.book_id and e.external_id = wanted.external_id
     join transfer t on t.book_id = e.book_id and t.entry_id = e.entry_id
       and t.transfer_no = wanted.transfer_no and t.kind = 'pending'`,
    [
      textArray(refs.map((one) => one.bookId)),
      textArray(refs.map((one) => one.pending.externalId)),
      numberArray(refs.map((one) => one.pending.transfer)),
    ],
  )
  return new Map(
    rows.map((row) => [
      holdKey({
        bookId: row.book_id,
        pending: { externalId: row.external_id, transfer: row.transfer_no },
      }),
      {
        bookId: row.book_id,
        entryId: row.entry_id,
        transfer: row.transfer_no,
        debit: row.debit_account_id,
        credit: row.credit_account_id,
        asset: row.asset,
        units: units(row.units),
        ended: row.ended,
      },
    ]),
  )
}

type BookedRow = Readonly<{
  book_id: BookId
  external_id: string
  entry_id: EntryId
  operation: string
  facts_text: string
  effective_at: number
  transfers: readonly (readonly (string | number | null)[])[]
}>

/** Those of the entries that are in the books already, by `externalKey`. */
export async function findBooked(
  db: Queryable,
  entries: readonly PreparedEntry[],
): Promise<Map<string, TakenId>> {
  const rows = await db.query<BookedRow>(
    `select e.book_id, e.external_id, e.entry_id, e.operation, e.facts::text as facts_text,
       e.effective_at,
       (select json_agg(json_build_array(t.kind, t.debit_account_id, t.credit_account_id, t.asset,
            t.units::text, t.pending_entry_id, t.pending_transfer_no) order by t.transfer_no)
          from transfer t where t.book_id = e.book_id and t.entry_id = e.entry_id) as transfers
     from unnest($1::text[], $2::text[]) as wanted (book_id, external_id)
     join entry e on e.book_id = wanted.book_id and e.external_id = wanted.external_id`,
    [textArray(entries.map((one) => one.bookId)), textArray(entries.map((one) => one.externalId))],
  )
  return new Map(
    rows.map((row) => [
      externalKey({ bookId: row.book_id, externalId: row.external_id }),
      {
        entryId: row.entry_id,
        content: contentOf(row.operation, row.facts_text, row.transfers),
        effectiveAt: row.effective_at,
      },
    ]),
  )
}
