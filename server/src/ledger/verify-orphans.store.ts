import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import type { TransferKey, TransferRow } from './entry-rows.ts'
import type { AccountId, EntryId, Side } from './transfer.ts'

// Each question goes over whole tables once and answers with the first row by key, if any. The
// database spills what does not fit into its memory, so nothing here grows with the ledger.

/** A line that no transfer points to on its side, and what speaks for it or against it. */
export type StrayLine = Readonly<{
  bookId: BookId
  accountId: AccountId
  seq: number
  entryId: EntryId
  transferNo: number
  side: Side
  /** The transfer that it names is there. */
  hasTransfer: boolean
  /** Some other transfer points to it. */
  isPointedAt: boolean
  /** Its account is there and has the place before it and its own. */
  isInPlace: boolean
}>

/** The first line that is not a line of the transfer it names. */
export async function firstStrayLine(db: Queryable): Promise<StrayLine | undefined> {
  const [line] = await db.query<StrayLine>(
    `select l.book_id as "bookId", l.account_id as "accountId", l.seq, l.entry_id as "entryId",
       l.transfer_no as "transferNo", l.side,
       exists (select from transfer t where t.book_id = l.book_id and t.entry_id = l.entry_id
         and t.transfer_no = l.transfer_no) as "hasTransfer",
       exists (select from transfer t where t.book_id = l.book_id
         and (t.debit_account_id = l.account_id and t.debit_seq = l.seq
           or t.credit_account_id = l.account_id and t.credit_seq = l.seq)) as "isPointedAt",
       exists (select from account a where a.book_id = l.book_id and a.account_id = l.account_id
         and a.version >= l.seq) and (l.seq = 1 or exists (select from line p
         where p.book_id = l.book_id and p.account_id = l.account_id and p.seq = l.seq - 1))
         as "isInPlace"
     from (
       select l.* from line l where not exists (
         select from transfer t
         where t.book_id = l.book_id and t.entry_id = l.entry_id and t.transfer_no = l.transfer_no
           and case l.side when 'debit' then t.debit_account_id else t.credit_account_id end
             = l.account_id
           and case l.side when 'debit' then t.debit_seq else t.credit_seq end = l.seq)
       order by l.book_id, l.account_id, l.seq limit 1) l`,
  )
  return line
}

/** A transfer whose entry is not there, and whether its debit line names that same entry. */
export type StrayTransfer = Readonly<{
  bookId: BookId
  entryId: EntryId
  transferNo: number
  lineAgrees: boolean
}>

/** The first transfer whose entry is not there. */
export async function firstStrayTransfer(db: Queryable): Promise<StrayTransfer | undefined> {
  const [transfer] = await db.query<StrayTransfer>(
    `select t.book_id as "bookId", t.entry_id as "entryId", t.transfer_no as "transferNo",
       exists (select from line l where l.book_id = t.book_id and l.account_id = t.debit_account_id
         and l.seq = t.debit_seq and l.entry_id = t.entry_id) as "lineAgrees"
     from transfer t where not exists (
       select from entry e where e.book_id = t.book_id and e.entry_id = t.entry_id)
     order by t.book_id, t.entry_id, t.transfer_no limit 1`,
  )
  return transfer
}

/** A line that a transfer names and that is not there. */
export type MissingLine = Readonly<{
  bookId: BookId
  accountId: AccountId
  seq: number
  entryId: EntryId
  transferNo: number
}>

/** The first line that is not there although a transfer names it. */
export async function firstMissingLine(db: Queryable): Promise<MissingLine | undefined> {
  const [line] = await db.query<MissingLine>(
    `select t.book_id as "bookId", side.account_id as "accountId", side.seq,
       t.entry_id as "entryId", t.transfer_no as "transferNo"
     from transfer t
     cross join lateral (values (t.debit_account_id, t.debit_seq),
       (t.credit_account_id, t.credit_seq)) as side (account_id, seq)
     where not exists (select from line l where l.book_id = t.book_id
       and l.account_id = side.account_id and l.seq = side.seq)
     order by t.book_id, t.entry_id, t.transfer_no limit 1`,
  )
  return line
}

/** The first entry, of all books or of one, that is neither sealed nor waiting for it. */
export async function firstForgottenEntry(
  db: Queryable,
  bookId?: BookId,
): Promise<Readonly<{ bookId: BookId; entryId: EntryId }> | undefined> {
  const [entry] = await db.query<{ bookId: BookId; entryId: EntryId }>(
    `with waiting as materialized (select book_id, unnest(entry_ids) as entry_id from unsealed)
     select e.book_id as "bookId", e.entry_id as "entryId" from entry e
     where ($1::text is null or e.book_id = $1)
       and not exists (
         select from seal s where s.book_id = e.book_id and s.entry_id = e.entry_id)
       and not exists (
         select from waiting w where w.book_id = e.book_id and w.entry_id = e.entry_id)
     order by e.book_id, e.entry_id limit 1`,
    [bookId ?? null],
  )
  return entry
}

/** An account whose state is not the last that an entry gave it, and what the entries say. */
export type UnprovedState = Readonly<{
  bookId: BookId
  accountId: AccountId
  state: string
  said: string
}>

/** The first account whose state does not follow from the entries that set it. */
export async function firstUnprovedState(db: Queryable): Promise<UnprovedState | undefined> {
  const [state] = await db.query<UnprovedState>(
    `with said as materialized (
       select e.book_id, e.entry_id, e.facts ->> 'object' as account_id,
         e.facts ->> 'state' as state, e.facts ->> 'previous' as previous
       from entry e where e.operation = 'accountStateSet'),
     latest as (
       select * from said where not exists (select from said later
         where later.book_id = said.book_id and later.account_id = said.account_id
           and later.previous = said.entry_id))
     select a.book_id as "bookId", a.account_id as "accountId", a.state,
       coalesce(l.state || ' by ' || l.entry_id, 'open') as said
     from account a
     left join latest l on l.book_id = a.book_id and l.account_id = a.account_id
     where (a.state, a.state_entry_id) is distinct from (coalesce(l.state, 'open'), l.entry_id)
     order by a.book_id, a.account_id limit 1`,
  )
  return state
}

/** Transfers by key; those that are not there are left out. */
export async function readTransfers(
  db: Queryable,
  bookId: BookId,
  keys: readonly TransferKey[],
): Promise<readonly TransferRow[]> {
  if (keys.length === 0) return []
  return db.query<TransferRow>(
    `select t.entry_id as "entryId", t.transfer_no as "transferNo", t.kind,
       t.debit_account_id as "debitAccountId", t.credit_account_id as "creditAccountId", t.asset,
       t.units, t.debit_seq as "debitSeq", t.credit_seq as "creditSeq",
       t.pending_entry_id as "pendingEntryId", t.pending_transfer_no as "pendingTransferNo"
     from (select * from unnest($2::text[], $3::int[]) as w (entry_id, transfer_no) limit $4) as w
     join transfer t on t.book_id = $1 and t.entry_id = w.entry_id
       and t.transfer_no = w.transfer_no`,
    [
      bookId,
      textArray(keys.map((one) => one.entryId)),
      numberArray(keys.map((one) => one.transferNo)),
      keys.length,
    ],
  )
}
