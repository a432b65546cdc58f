import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { BookedEntry, BookedTransfer } from './booked-entry.ts'
import type { AccountFlags, AccountId, AccountSpec, EntryId, Facts } from './transfer.ts'

type AccountColumns = Readonly<{
  id: AccountId
  purpose: string
  owner: string | null
  asset: AssetId
  flags: AccountFlags
}>

type TransferColumns = Readonly<{
  kind: BookedTransfer['kind']
  debit: AccountColumns
  credit: AccountColumns
  units: string
  ends: Readonly<{ entryId: EntryId; transfer: number }> | null
}>

type EntryRow = Readonly<{
  entry_id: EntryId
  external_id: string
  operation: string
  facts: Facts
  effective_at: number
  created_at: number
  transfers: readonly TransferColumns[]
}>

const accountColumns = (row: string): string =>
  `json_build_object('id', ${row}.account_id, 'purpose', ${row}.purpose, 'owner', ${row}.owner,
     'asset', ${row}.asset, 'flags', json_build_object('normal', ${row}.normal_side,
       'overdraft', ${row}.overdraft))`

const select = (condition: string, order: string): string => `
  select e.entry_id, e.external_id, e.operation, e.facts, e.effective_at, e.created_at,
    (select json_agg(json_build_object('kind', t.kind, 'units', t.units::text,
         'debit', ${accountColumns('d')}, 'credit', ${accountColumns('c')},
         'ends', case when t.pending_entry_id is not null then json_build_object(
           'entryId', t.pending_entry_id, 'transfer', t.pending_transfer_no) end)
       order by t.transfer_no)
     from transfer t
     join account d on d.book_id = t.book_id and d.account_id = t.debit_account_id
     join account c on c.book_id = t.book_id and c.account_id = t.credit_account_id
     where t.book_id = e.book_id and t.entry_id = e.entry_id) as transfers
  from entry e where e.book_id = $1 and ${condition} order by ${order} limit $3`

const QUERIES = {
  id: select(`e.entry_id = $2 and e.entry_id > $4`, 'e.entry_id'),
  externalId: select(`e.external_id = $2 and e.external_id > $4`, 'e.external_id'),
  // Nothing that an external id can go on with is above U+10FFFF.
  prefix: select(
    `e.external_id >= $2 and e.external_id < $2 || U&'\\+10FFFF' and e.external_id > $4`,
    'e.external_id',
  ),
  since: select('e.created_at >= $2::timestamptz and e.entry_id > $4', 'e.entry_id'),
  object: select(`(e.facts ->> 'object') = $2 and e.entry_id > $4`, 'e.entry_id'),
}

/** By what entries are looked up: the first two find one at most. */
export type EntryLookup = Readonly<{
  by: keyof typeof QUERIES
  value: string
  limit: number
  /** The last one's id (external id with `prefix`) of the page before; '' for the first page. */
  after: string
}>

/** Entries of a book, in the order of their external ids (`prefix`) or ids. */
export async function findEntries(
  db: Queryable,
  bookId: BookId,
  lookup: EntryLookup,
): Promise<readonly BookedEntry[]> {
  const rows = await db.query<EntryRow>(QUERIES[lookup.by], [
    bookId,
    lookup.value,
    lookup.limit,
    lookup.after,
  ])
  return rows.map((row) => ({
    entryId: row.entry_id,
    externalId: row.external_id,
    operation: row.operation,
    facts: row.facts,
    effectiveAt: row.effective_at,
    createdAt: row.created_at,
    transfers: row.transfers.map(bookedTransfer),
  }))
}

const bookedTransfer = (row: TransferColumns): BookedTransfer => ({
  kind: row.kind,
  debit: accountSpec(row.debit),
  credit: accountSpec(row.credit),
  asset: row.debit.asset,
  units: units(BigInt(row.units)),
  ends: row.ends ?? undefined,
})

const accountSpec = (row: AccountColumns): AccountSpec => ({
  accountId: row.id,
  purpose: row.purpose,
  owner: row.owner ?? undefined,
  asset: row.asset,
  flags: row.flags,
})
