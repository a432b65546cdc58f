import type { DbTx, Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import {
  inLockOrder,
  type Draft,
  type DraftAccount,
  type DraftLine,
  type DraftTransfer,
} from './draft.ts'

/**
 * One statement writes a batch: it adds the batch's changes to the accounts, and inserts entries,
 * transfers and lines with the balances that follow. The changes are relative, so they need no
 * reading first; every balance that results is checked by CHECK constraints on the very rows.
 *
 * The accounts are given in sorted order and are met one by one in that order, so two writers wait
 * for each other one way only. `limit $9` keeps it so: about a list of unknown length, cut at an
 * unknown number, the planner assumes a single row and looks accounts up by key, also when it made
 * its plan on empty tables.
 *
 * An account that is unknown, not open or of another asset is missing from `changed`, which leaves
 * nulls where none may be (23502).
 */
const writeSql = (state: string, entryConflict = '', ifWritten = ''): string => `
with given as (
  select * from unnest($2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[],
      $7::numeric[], $8::int[])
    with ordinality as g (book_id, account_id, asset, posted, pending_debits, pending_credits,
      lines, account_no)
  limit $9),
entries as (
  insert into entry
    (book_id, entry_id, external_id, operation, facts, effective_at, created_at)
  select book_id, entry_id, external_id, operation, facts::json, coalesce(effective_at, $1), $1
  from unnest($10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[])
    as e (book_id, entry_id, external_id, operation, facts, effective_at)
  ${entryConflict}
  returning entry_id),
changed as (
  update account a set
    posted = a.posted + g.posted,
    pending_debits = a.pending_debits + coalesce(g.pending_debits, 0),
    pending_credits = a.pending_credits + coalesce(g.pending_credits, 0),
    version = a.version + g.lines,
    booked_at = greatest(a.booked_at, $1)
  from given g
  where a.book_id = g.book_id and a.account_id = g.account_id and a.asset = g.asset
    and a.state ${state} ${ifWritten}
  returning g.account_no, a.book_id, a.account_id, a.asset, a.normal_side, a.overdraft, a.booked_at,
    a.posted - g.posted as posted,
    a.pending_debits - coalesce(g.pending_debits, 0) as pending_debits,
    a.pending_credits - coalesce(g.pending_credits, 0) as pending_credits,
    a.version - g.lines as version),
moved as materialized (
  select t.entry_id, t.transfer_no, t.kind, t.units, coalesce(t.moved, t.units) as moved,
    coalesce(t.held, 0) as held, t.pending_entry_id, t.pending_transfer_no, d.book_id, d.asset,
    d.account_id as debit_account_id, d.version + t.debit_step as debit_seq,
    d.normal_side as debit_normal_side, d.overdraft as debit_overdraft,
    d.booked_at as debit_booked_at, d.posted + t.debit_posted as debit_posted,
    d.pending_debits + coalesce(t.debit_pending_debits, 0) as debit_pending_debits,
    d.pending_credits + coalesce(t.debit_pending_credits, 0) as debit_pending_credits,
    c.account_id as credit_account_id, c.version + t.credit_step as credit_seq,
    c.normal_side as credit_normal_side, c.overdraft as credit_overdraft,
    c.booked_at as credit_booked_at, c.posted + t.credit_posted as credit_posted,
    c.pending_debits + coalesce(t.credit_pending_debits, 0) as credit_pending_debits,
    c.pending_credits + coalesce(t.credit_pending_credits, 0) as credit_pending_credits
  from unnest($16::text[], $17::int[], $18::text[], $19::numeric[], $20::numeric[], $21::numeric[],
      $22::text[], $23::int[], $24::int[], $25::int[], $26::numeric[], $27::numeric[],
      $28::numeric[], $29::int[], $30::int[], $31::numeric[], $32::numeric[], $33::numeric[])
    as t (entry_id, transfer_no, kind, units, moved, held, pending_entry_id, pending_transfer_no,
      debit_no, debit_step, debit_posted, debit_pending_debits, debit_pending_credits,
      credit_no, credit_step, credit_posted, credit_pending_debits, credit_pending_credits)
  left join changed d on d.account_no = t.debit_no
  left join changed c on c.account_no = t.credit_no
  where true ${ifWritten}),
transfers as (
  insert into transfer
    (book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
     debit_seq, credit_seq, pending_entry_id, pending_transfer_no)
  select book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
    debit_seq, credit_seq, pending_entry_id, pending_transfer_no
  from moved),
lines as (
  insert into line
    (book_id, account_id, seq, entry_id, transfer_no, side, units, held,
     posted, pending_debits, pending_credits, normal_side, overdraft, booked_at)
  select book_id, debit_account_id, debit_seq, entry_id, transfer_no, 'debit', -moved, held,
    debit_posted, debit_pending_debits, debit_pending_credits, debit_normal_side, debit_overdraft,
    debit_booked_at
  from moved
  union all
  select book_id, credit_account_id, credit_seq, entry_id, transfer_no, 'credit', moved, held,
    credit_posted, credit_pending_debits, credit_pending_credits, credit_normal_side,
    credit_overdraft, credit_booked_at
  from moved),
waiting as (
  insert into unsealed (book_id, batch_id, entry_ids)
  select book_id, batch_id, entry_ids::text[]
  from unnest($34::text[], $35::text[], $36::text[]) as u (book_id, batch_id, entry_ids)
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
  const accounts = inLockOrder(draft.accounts)
  const numbers = new Map(accounts.map((one, index) => [one, index + 1]))
  const holds = draft.transfers.some((one) => one.resolved.kind !== 'posted')
  const changes = accounts.map((one) => one.change)
  return [
    new Date(draft.now),
    textArray(accounts.map((one) => one.account.bookId)),
    textArray(accounts.map((one) => one.account.accountId)),
    textArray(accounts.map((one) => one.account.asset)),
    numberArray(changes.map((one) => one.posted)),
    holds ? numberArray(changes.map((one) => one.pendingDebits)) : NOTHING,
    holds ? numberArray(changes.map((one) => one.pendingCredits)) : NOTHING,
    numberArray(accounts.map((one) => one.lines)),
    accounts.length,
    ...entryParameters(draft),
    ...transferParameters(draft.transfers, holds),
    ...lineParameters(
      draft.transfers.map((one) => one.debit),
      numbers,
      holds,
    ),
    ...lineParameters(
      draft.transfers.map((one) => one.credit),
      numbers,
      holds,
    ),
    ...unsealedParameters(draft),
  ]
}

// An array that is shorter than the others is filled up with nulls, which count as 0.
const NOTHING = '{}'

function entryParameters({ entries, now }: Draft): readonly string[] {
  const dated = entries.some((one) => one.effectiveAt !== now)
  return [
    textArray(entries.map((one) => one.prepared.bookId)),
    textArray(entries.map((one) => one.entryId)),
    textArray(entries.map((one) => one.prepared.externalId)),
    textArray(entries.map((one) => one.prepared.operation)),
    textArray(entries.map((one) => one.prepared.factsText)),
    dated ? textArray(entries.map((one) => new Date(one.effectiveAt).toISOString())) : NOTHING,
  ]
}

function transferParameters(
  transfers: readonly DraftTransfer[],
  holds: boolean,
): readonly string[] {
  return [
    textArray(transfers.map((one) => one.entry.entryId)),
    numberArray(transfers.map((one) => one.transfer)),
    textArray(transfers.map((one) => one.resolved.kind)),
    numberArray(transfers.map((one) => one.resolved.units)),
    holds ? numberArray(transfers.map((one) => one.resolved.moved)) : NOTHING,
    holds ? numberArray(transfers.map((one) => one.resolved.held)) : NOTHING,
    holds ? textArray(transfers.map((one) => one.resolved.hold?.entryId)) : NOTHING,
    holds ? numberArray(transfers.map((one) => one.resolved.hold?.transfer)) : NOTHING,
  ]
}

function lineParameters(
  lines: readonly DraftLine[],
  numbers: ReadonlyMap<DraftAccount, number>,
  holds: boolean,
): readonly string[] {
  return [
    numberArray(lines.map((one) => numbers.get(one.account))),
    numberArray(lines.map((one) => one.step)),
    numberArray(lines.map((one) => one.change.posted)),
    holds ? numberArray(lines.map((one) => one.change.pendingDebits)) : NOTHING,
    holds ? numberArray(lines.map((one) => one.change.pendingCredits)) : NOTHING,
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
