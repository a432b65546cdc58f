import type { DbTx, Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import { type Draft, type DraftAccount } from './draft.ts'

/**
 * One statement writes a batch. It locks the accounts in sorted order, adds the batch's changes to
 * what they hold, and inserts entries, transfers and lines with the balances that follow. The
 * changes are relative, so they need no reading first; every balance that results is checked by
 * CHECK constraints on the very rows.
 *
 * An account that is unknown, not open or of another asset is missing from `locked`, which leaves
 * nulls where none may be (23502).
 */
const writeSql = (state: string, entryConflict = '', ifWritten = ''): string => `
with given as (
  select * from unnest($2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[],
      $7::numeric[], $8::int[])
    with ordinality as g (book_id, account_id, asset, posted, pending_debits, pending_credits,
      lines, account_no)),
locked as materialized (
  select a.book_id, a.account_id, a.asset, a.normal_side, a.overdraft, a.version,
    a.posted, a.pending_debits, a.pending_credits, greatest(a.booked_at, $1) as booked_at,
    g.account_no, g.lines, g.posted as posted_change, g.pending_debits as pending_debits_change,
    g.pending_credits as pending_credits_change
  from given g
  join account a on a.book_id = g.book_id and a.account_id = g.account_id
    and a.asset = g.asset and a.state ${state}
  order by g.account_no
  for no key update of a),
entries as (
  insert into entry
    (book_id, entry_id, external_id, operation, facts, effective_at, created_at)
  select book_id, entry_id, external_id, operation, facts::json, effective_at, $1
  from unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[])
    as e (book_id, entry_id, external_id, operation, facts, effective_at)
  ${entryConflict}
  returning entry_id),
changed as (
  update account a set
    posted = l.posted + l.posted_change,
    pending_debits = l.pending_debits + l.pending_debits_change,
    pending_credits = l.pending_credits + l.pending_credits_change,
    version = l.version + l.lines,
    booked_at = l.booked_at
  from locked l
  where a.book_id = l.book_id and a.account_id = l.account_id ${ifWritten}),
transfers as (
  insert into transfer
    (book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
     debit_seq, credit_seq, pending_entry_id, pending_transfer_no)
  select d.book_id, t.entry_id, t.transfer_no, t.kind, d.account_id, c.account_id, d.asset, t.units,
    d.version + t.debit_step, c.version + t.credit_step, t.pending_entry_id, t.pending_transfer_no
  from unnest($15::text[], $16::int[], $17::text[], $18::numeric[], $19::int[], $20::int[],
      $21::int[], $22::int[], $23::text[], $24::int[])
    as t (entry_id, transfer_no, kind, units, debit_no, debit_step, credit_no, credit_step,
      pending_entry_id, pending_transfer_no)
  left join locked d on d.account_no = t.debit_no
  left join locked c on c.account_no = t.credit_no
  where true ${ifWritten}),
lines as (
  insert into line
    (book_id, account_id, seq, entry_id, transfer_no, side, units, held,
     posted, pending_debits, pending_credits, normal_side, overdraft, booked_at)
  select a.book_id, a.account_id, a.version + l.step, l.entry_id, l.transfer_no, l.side,
    l.units, l.held, a.posted + l.posted, a.pending_debits + l.pending_debits,
    a.pending_credits + l.pending_credits, a.normal_side, a.overdraft, a.booked_at
  from unnest($25::int[], $26::int[], $27::text[], $28::int[], $29::text[], $30::numeric[],
      $31::numeric[], $32::numeric[], $33::numeric[], $34::numeric[])
    as l (account_no, step, entry_id, transfer_no, side, units, held, posted, pending_debits,
      pending_credits)
  left join locked a on a.account_no = l.account_no
  where true ${ifWritten}),
waiting as (
  insert into unsealed (book_id, batch_id, entry_ids)
  select book_id, batch_id, entry_ids::text[]
  from unnest($35::text[], $36::text[], $37::text[]) as u (book_id, batch_id, entry_ids)
  where true ${ifWritten})
select count(*) as written from entries`

const WRITE_OPEN = writeSql("= 'open'")
const WRITE_LOCKED = writeSql("<> 'closed'")

// With one entry its insert decides alone: nothing else is written when the id is taken.
const WRITE_LOCKED_IF_NEW = writeSql(
  "<> 'closed'",
  'on conflict (book_id, external_id) do nothing',
  'and exists (select from entries)',
)

/** Writes a draft that nobody has checked against the books; any surprise fails all of it. */
export async function writeUnchecked(db: Queryable, draft: Draft): Promise<void> {
  await db.query(WRITE_OPEN, parametersOf(draft))
}

/** Writes a draft that was decided under the accounts' locks; an id taken meanwhile is 23505. */
export async function writeLocked(dbTx: DbTx, draft: Draft): Promise<void> {
  await dbTx.query(WRITE_LOCKED, parametersOf(draft))
}

/** The same for a draft of one entry, but an id taken meanwhile fails nothing and writes nothing. */
export async function writeLockedIfNew(dbTx: DbTx, draft: Draft): Promise<'written' | 'id_taken'> {
  const [row] = await dbTx.query<{ written: number }>(WRITE_LOCKED_IF_NEW, parametersOf(draft))
  return row?.written === 1 ? 'written' : 'id_taken'
}

function parametersOf(draft: Draft): readonly unknown[] {
  const accounts = sortedAccounts(draft)
  const numbers = new Map(accounts.map((one, index) => [one, index + 1]))
  return [
    new Date(draft.now),
    textArray(accounts.map((one) => one.account.bookId)),
    textArray(accounts.map((one) => one.account.accountId)),
    textArray(accounts.map((one) => one.account.asset)),
    numberArray(accounts.map((one) => one.change.posted)),
    numberArray(accounts.map((one) => one.change.pendingDebits)),
    numberArray(accounts.map((one) => one.change.pendingCredits)),
    numberArray(accounts.map((one) => one.lines)),
    ...entryParameters(draft),
    ...transferParameters(draft, numbers),
    ...lineParameters(draft, numbers),
    ...unsealedParameters(draft),
  ]
}

/** Everybody locks in this order, so that two writers wait for each other one way only. */
function sortedAccounts(draft: Draft): readonly DraftAccount[] {
  const keyed = [...draft.accounts].sort(([one], [other]) => (one < other ? -1 : 1))
  return keyed.map(([, account]) => account)
}

function entryParameters({ entries }: Draft): readonly string[] {
  return [
    textArray(entries.map((one) => one.prepared.bookId)),
    textArray(entries.map((one) => one.entryId)),
    textArray(entries.map((one) => one.prepared.externalId)),
    textArray(entries.map((one) => one.prepared.operation)),
    textArray(entries.map((one) => one.prepared.factsText)),
    textArray(entries.map((one) => new Date(one.effectiveAt).toISOString())),
  ]
}

type AccountNumbers = ReadonlyMap<DraftAccount, number>

function transferParameters({ transfers }: Draft, numbers: AccountNumbers): readonly string[] {
  return [
    textArray(transfers.map((one) => one.entry.entryId)),
    numberArray(transfers.map((one) => one.transfer)),
    textArray(transfers.map((one) => one.resolved.kind)),
    numberArray(transfers.map((one) => one.resolved.units)),
    numberArray(transfers.map((one) => numbers.get(one.debit.account))),
    numberArray(transfers.map((one) => one.debit.step)),
    numberArray(transfers.map((one) => numbers.get(one.credit.account))),
    numberArray(transfers.map((one) => one.credit.step)),
    textArray(transfers.map((one) => one.resolved.hold?.entryId)),
    numberArray(transfers.map((one) => one.resolved.hold?.transfer)),
  ]
}

function lineParameters({ transfers }: Draft, numbers: AccountNumbers): readonly string[] {
  const lines = transfers.flatMap((one) => [
    { ...one.debit, entryId: one.entry.entryId, transfer: one.transfer },
    { ...one.credit, entryId: one.entry.entryId, transfer: one.transfer },
  ])
  return [
    numberArray(lines.map((one) => numbers.get(one.account))),
    numberArray(lines.map((one) => one.step)),
    textArray(lines.map((one) => one.entryId)),
    numberArray(lines.map((one) => one.transfer)),
    textArray(lines.map((one) => one.side)),
    numberArray(lines.map((one) => one.units)),
    numberArray(lines.map((one) => one.held)),
    numberArray(lines.map((one) => one.change.posted)),
    numberArray(lines.map((one) => one.change.pendingDebits)),
    numberArray(lines.map((one) => one.change.pendingCredits)),
  ]
}

function unsealedParameters({ entries }: Draft): readonly string[] {
  const byBook = Map.groupBy(entries, (one) => one.prepared.bookId)
  const batches = [...byBook].map(([bookId, own]) => ({
    bookId,
    ids: own.map((one) => one.entryId),
  }))
  return [
    textArray(batches.map((one) => one.bookId)),
    textArray(batches.map((one) => one.ids[0])),
    textArray(batches.map((one) => textArray(one.ids))),
  ]
}
