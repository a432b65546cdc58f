import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import type { EntryRows, LineRow, TransferRow } from './entry-rows.ts'
import type { AccountId, EntryId, Facts, Side } from './transfer.ts'

type JournalRow = Readonly<{
  entry_id: EntryId
  external_id: string
  operation: string
  facts: Facts
  facts_text: string
  effective_at: number
  created_at: number
  transfer_no: number | null
  kind: TransferRow['kind']
  debit_account_id: AccountId
  credit_account_id: AccountId
  asset: string
  units: bigint
  debit_seq: number
  credit_seq: number
  pending_entry_id: EntryId | null
  pending_transfer_no: number | null
}>

// The limits keep the planner at look-ups by key, as in `write-draft.store.ts`.
const JOURNAL = `
  select e.entry_id, e.external_id, e.operation, e.facts, e.facts::text as facts_text,
    e.effective_at, e.created_at,
    t.transfer_no, t.kind, t.debit_account_id, t.credit_account_id, t.asset, t.units, t.debit_seq,
    t.credit_seq, t.pending_entry_id, t.pending_transfer_no
  from (select * from unnest($2::text[]) with ordinality as w (entry_id, n) limit $3) as wanted
  join entry e on e.book_id = $1 and e.entry_id = wanted.entry_id
  left join transfer t on t.book_id = $1 and t.entry_id = wanted.entry_id
  order by wanted.n, t.transfer_no`

/** Entries with all their rows, in the order asked; those that are not there are left out. */
export async function readEntryRows(
  db: Queryable,
  bookId: BookId,
  entryIds: readonly EntryId[],
): Promise<readonly EntryRows[]> {
  const rows = await db.query<JournalRow>(JOURNAL, [bookId, textArray(entryIds), entryIds.length])
  const transfers = rows.flatMap((row) =>
    row.transfer_no === null ? [] : [transferOf(row, row.transfer_no)],
  )
  const lines = await readLines(
    db,
    bookId,
    transfers.flatMap((one) => [
      { accountId: one.debitAccountId, seq: one.debitSeq },
      { accountId: one.creditAccountId, seq: one.creditSeq },
    ]),
  )
  const byEntry = Map.groupBy(transfers, (one) => one.entryId)
  return [...Map.groupBy(rows, (row) => row.entry_id).values()].flatMap(([row]) => {
    if (row === undefined) return []
    const own = (byEntry.get(row.entry_id) ?? []).map((one) => ({
      ...one,
      debit: lines.get(lineKey({ accountId: one.debitAccountId, seq: one.debitSeq })),
      credit: lines.get(lineKey({ accountId: one.creditAccountId, seq: one.creditSeq })),
    }))
    return [{ ...entryOf(row), bookId, transfers: own }]
  })
}

const entryOf = (row: JournalRow): Omit<EntryRows, 'bookId' | 'transfers'> => ({
  entryId: row.entry_id,
  externalId: row.external_id,
  operation: row.operation,
  facts: row.facts,
  factsText: row.facts_text,
  effectiveAt: row.effective_at,
  createdAt: row.created_at,
})

const transferOf = (row: JournalRow, transferNo: number): TransferRow => ({
  entryId: row.entry_id,
  transferNo,
  kind: row.kind,
  debitAccountId: row.debit_account_id,
  creditAccountId: row.credit_account_id,
  asset: row.asset,
  units: row.units,
  debitSeq: row.debit_seq,
  creditSeq: row.credit_seq,
  pendingEntryId: row.pending_entry_id,
  pendingTransferNo: row.pending_transfer_no,
})

type LineKey = Pick<LineRow, 'accountId' | 'seq'>

const lineKey = (line: LineKey): string => `${line.seq} ${line.accountId}`

/** A row of `line` as the database gives it. */
export type LineColumns = Readonly<{
  account_id: AccountId
  seq: number
  entry_id: EntryId
  transfer_no: number
  side: Side
  units: bigint
  held: bigint
  posted: bigint
  pending_debits: bigint
  pending_credits: bigint
  normal_side: Side
  overdraft: 'refused' | 'allowed'
  booked_at: number
}>

async function readLines(
  db: Queryable,
  bookId: BookId,
  keys: readonly LineKey[],
): Promise<ReadonlyMap<string, LineRow>> {
  const rows = await db.query<LineColumns>(
    `select l.account_id, l.seq, l.entry_id, l.transfer_no, l.side, l.units, l.held, l.posted,
       l.pending_debits, l.pending_credits, l.normal_side, l.overdraft, l.booked_at
     from (select * from unnest($2::text[], $3::bigint[]) as w (account_id, seq) limit $4) as wanted
     join line l on l.book_id = $1 and l.account_id = wanted.account_id and l.seq = wanted.seq`,
    [
      bookId,
      textArray(keys.map((one) => one.accountId)),
      numberArray(keys.map((one) => one.seq)),
      keys.length,
    ],
  )
  return new Map(
    rows.map((row) => [lineKey({ accountId: row.account_id, seq: row.seq }), lineOf(row)]),
  )
}

/** The columns of a line under the names they have in code. */
export const lineOf = (row: LineColumns): LineRow => ({
  accountId: row.account_id,
  seq: row.seq,
  entryId: row.entry_id,
  transferNo: row.transfer_no,
  side: row.side,
  units: row.units,
  held: row.held,
  posted: row.posted,
  pendingDebits: row.pending_debits,
  pendingCredits: row.pending_credits,
  normalSide: row.normal_side,
  overdraft: row.overdraft,
  bookedAt: row.booked_at,
})
