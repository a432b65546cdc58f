import type { Db } from '../server/src/shell/db.ts'
import { numberArray, textArray } from '../server/src/ledger/array-literal.ts'
import type { Item } from '../server/src/ledger/decide.ts'
import type { PostResult } from '../server/src/ledger/result.ts'
import type { Movement } from '../server/src/ledger/transfer.ts'

/** The journal's tables with the same columns and indexes, and nothing that checks or triggers. */
export const createPlainTables = (db: Db): Promise<void> =>
  db.script(`
    create table plain_entry (like entry including indexes);
    create table plain_transfer (like transfer including indexes);
    create table plain_line (like line including indexes)`)

const INSERT = `
with entries as (
  insert into plain_entry
    (book_id, entry_id, external_id, operation, facts, effective_at, created_at)
  select book_id, entry_id, external_id, operation, facts::json, $1, $1
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as e (book_id, entry_id, external_id, operation, facts)),
transfers as (
  insert into plain_transfer
    (book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
     debit_seq, credit_seq)
  select * from unnest($7::text[], $8::text[], $9::int[], $10::text[], $11::text[], $12::text[],
    $13::text[], $14::numeric[], $15::bigint[], $16::bigint[]))
insert into plain_line
  (book_id, account_id, seq, entry_id, transfer_no, side, units, held, posted, pending_debits,
   pending_credits, normal_side, overdraft, booked_at)
select l.*, 0, 0, 'debit', 'allowed', $1
from unnest($17::text[], $18::text[], $19::bigint[], $20::text[], $21::int[], $22::text[],
  $23::numeric[], $24::numeric[], $25::numeric[]) as l`

let seq = 0

/** Inserts a batch's rows as the ledger would write them, in one statement, and checks nothing. */
export async function insertPlainly(
  db: Db,
  items: readonly Item[],
  now: number,
): Promise<readonly PostResult[]> {
  const transfers = items.flatMap(({ prepared, entryId }) =>
    prepared.transfers.flatMap((transfer, no) =>
      isMovement(transfer)
        ? [{ ...transfer, bookId: prepared.bookId, entryId, no, seq: (seq += 1) }]
        : [],
    ),
  )
  const lines = transfers.flatMap((one) => [
    { ...one, accountId: one.debit.accountId, side: 'debit', signed: -one.units },
    { ...one, accountId: one.credit.accountId, side: 'credit', signed: one.units },
  ])
  await db.query(INSERT, [
    new Date(now),
    textArray(items.map((one) => one.prepared.bookId)),
    textArray(items.map((one) => one.entryId)),
    textArray(items.map((one) => one.prepared.externalId)),
    textArray(items.map((one) => one.prepared.operation)),
    textArray(items.map((one) => one.prepared.factsText)),
    textArray(transfers.map((one) => one.bookId)),
    textArray(transfers.map((one) => one.entryId)),
    numberArray(transfers.map((one) => one.no)),
    textArray(transfers.map(() => 'posted')),
    textArray(transfers.map((one) => one.debit.accountId)),
    textArray(transfers.map((one) => one.credit.accountId)),
    textArray(transfers.map((one) => one.asset)),
    numberArray(transfers.map((one) => one.units)),
    numberArray(transfers.map((one) => one.seq)),
    numberArray(transfers.map((one) => one.seq)),
    textArray(lines.map((one) => one.bookId)),
    textArray(lines.map((one) => one.accountId)),
    numberArray(lines.map((one) => one.seq)),
    textArray(lines.map((one) => one.entryId)),
    numberArray(lines.map((one) => one.no)),
    textArray(lines.map((one) => one.side)),
    numberArray(lines.map((one) => one.signed)),
    numberArray(lines.map(() => 0)),
    numberArray(lines.map((one) => one.signed)),
  ])
  return items.map(({ entryId }) => ({ kind: 'posted', entryId }))
}

const isMovement = (transfer: Item['prepared']['transfers'][number]): transfer is Movement =>
  transfer.kind !== 'post' && transfer.kind !== 'void'
