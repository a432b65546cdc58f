import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { lineOf, type LineColumns } from './entry-rows.store.ts'
import type { Seal } from './seal.store.ts'
import type { AccountId, EntryId, Side } from './transfer.ts'
import type { AccountRow } from './verify-account.ts'
import type { LineFacts } from './verify-lines.ts'

// Pages of the tables in the order of their keys. Their size stands in the text of the statement:
// the planner then knows that a page is small and looks up what belongs to its rows by key.

const PAGE = 2_000

/** How many rows there are to go through. */
export type RowCounts = Readonly<{
  books: number
  accounts: number
  entries: number
  transfers: number
  lines: number
  seals: number
}>

/** Counts the rows of the ledger. */
export async function countRows(db: Queryable): Promise<RowCounts> {
  const [row] = await db.query<RowCounts>(
    `select (select count(distinct book_id) from account) as books,
       (select count(*) from account) as accounts, (select count(*) from entry) as entries,
       (select count(*) from transfer) as transfers, (select count(*) from line) as lines,
       (select count(*) from seal) as seals`,
  )
  if (row === undefined) throw new Error('counting gives one row')
  return row
}

/** Rows after a key; the next page starts after the last of them. */
export type AccountKey = Readonly<{ bookId: string; accountId: string }>

type AccountColumns = Readonly<{
  book_id: BookId
  account_id: AccountId
  purpose: string
  owner: string | null
  asset: string
  normal_side: string
  overdraft: string
  posted: bigint
  pending_debits: bigint
  pending_credits: bigint
  version: number
  booked_at: number
}>

/** The accounts after a key. */
export async function accountPage(
  db: Queryable,
  after: AccountKey,
): Promise<readonly AccountRow[]> {
  const rows = await db.query<AccountColumns>(
    `select * from account where (book_id, account_id) > ($1, $2)
     order by book_id, account_id limit ${PAGE}`,
    [after.bookId, after.accountId],
  )
  return rows.map((row) => ({
    bookId: row.book_id,
    accountId: row.account_id,
    purpose: row.purpose,
    owner: row.owner ?? undefined,
    asset: row.asset,
    normalSide: row.normal_side,
    overdraft: row.overdraft,
    posted: row.posted,
    pendingDebits: row.pending_debits,
    pendingCredits: row.pending_credits,
    version: row.version,
    bookedAt: row.booked_at,
  }))
}

type LinePageRow = LineColumns &
  Readonly<{
    book_id: BookId
    created_at: number | null
    asset: string | null
    a_asset: string | null
    a_normal_side: Side
    a_overdraft: 'refused' | 'allowed'
    a_version: number
    a_posted: bigint
    a_pending_debits: bigint
    a_pending_credits: bigint
    a_booked_at: number
  }>

/** The lines after a key, with their accounts. */
export async function linePage(
  db: Queryable,
  after: AccountKey & Readonly<{ seq: number }>,
): Promise<readonly LineFacts[]> {
  const rows = await db.query<LinePageRow>(
    `select l.*, e.created_at, t.asset, a.asset as a_asset, a.normal_side as a_normal_side,
       a.overdraft as a_overdraft, a.version as a_version, a.posted as a_posted,
       a.pending_debits as a_pending_debits, a.pending_credits as a_pending_credits,
       a.booked_at as a_booked_at
     from (select * from line where (book_id, account_id, seq) > ($1, $2, $3)
       order by book_id, account_id, seq limit ${PAGE}) l
     left join account a on a.book_id = l.book_id and a.account_id = l.account_id
     left join entry e on e.book_id = l.book_id and e.entry_id = l.entry_id
     left join transfer t on t.book_id = l.book_id and t.entry_id = l.entry_id
       and t.transfer_no = l.transfer_no
     order by l.book_id, l.account_id, l.seq`,
    [after.bookId, after.accountId, after.seq],
  )
  return rows.map((row) => ({
    bookId: row.book_id,
    line: lineOf(row),
    createdAt: row.created_at ?? undefined,
    asset: row.asset ?? undefined,
    account:
      row.a_asset === null
        ? undefined
        : {
            asset: row.a_asset,
            normalSide: row.a_normal_side,
            overdraft: row.a_overdraft,
            version: row.a_version,
            posted: row.a_posted,
            pendingDebits: row.a_pending_debits,
            pendingCredits: row.a_pending_credits,
            bookedAt: row.a_booked_at,
          },
  }))
}

/** The accounts without a line, after a key: what must be empty. */
export async function unusedAccountPage(
  db: Queryable,
  after: AccountKey,
): Promise<readonly Pick<AccountRow, 'bookId' | 'accountId' | 'version' | 'bookedAt'>[]> {
  return db.query(
    `select a.book_id as "bookId", a.account_id as "accountId", a.version,
       a.booked_at as "bookedAt"
     from account a
     where (a.book_id, a.account_id) > ($1, $2) and not exists (
       select from line l where l.book_id = a.book_id and l.account_id = a.account_id and l.seq = 1)
     order by a.book_id, a.account_id limit ${PAGE}`,
    [after.bookId, after.accountId],
  )
}

/** The links of every chain after a key. */
export async function sealPage(
  db: Queryable,
  after: Readonly<{ bookId: string; position: number }>,
): Promise<readonly (Seal & Readonly<{ bookId: BookId }>)[]> {
  return db.query(
    `select book_id as "bookId", position, entry_id as "entryId",
       previous_hash as "previousHash", hash
     from seal where (book_id, position) > ($1, $2)
     order by book_id, position limit 500`,
    [after.bookId, after.position],
  )
}

/** The writes that wait for the sealer, after a key. */
export async function waitingPage(
  db: Queryable,
  after: Readonly<{ bookId: string; batchId: string }>,
): Promise<readonly Readonly<{ bookId: BookId; batchId: string; entryIds: EntryId[] }>[]> {
  return db.query(
    `select book_id as "bookId", batch_id as "batchId", entry_ids as "entryIds"
     from unsealed where (book_id, batch_id) > ($1, $2)
     order by book_id, batch_id limit 10`,
    [after.bookId, after.batchId],
  )
}
