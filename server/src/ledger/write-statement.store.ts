// One statement writes a batch: it adds the batch's changes to the accounts, and inserts entries,
// transfers and lines with the balances that follow. The changes are relative, so they need no
// reading first; every balance that results is checked by CHECK constraints on the very rows.

/** What differs between the ways to write. */
type WriteTerms = Readonly<{
  /** The states that an account may be in, as SQL. */
  state: string
  /** What happens when an entry's external id is taken. */
  entryConflict?: string
  /** A condition on all that is written beside entries. */
  ifWritten?: string
}>

const writeSql = ({ state, entryConflict = '', ifWritten = '' }: WriteTerms): string => `
with given as (${GIVEN_ACCOUNTS}),
entries as (${INSERT_ENTRIES} ${entryConflict} returning entry_id),
changed as (${updateAccounts(state, ifWritten)}),
moved as materialized (${MOVED} where true ${ifWritten}),
transfers as (${INSERT_TRANSFERS}),
lines as (${INSERT_LINES}),
waiting as (${INSERT_UNSEALED} where true ${ifWritten})
select count(*) as written from entries`

// The accounts are given in sorted order and are met one by one in that order, so two writers wait
// for each other one way only. `limit $9` keeps it so: about a list of unknown length, cut at an
// unknown number, the planner assumes a single row and looks accounts up by key, also when it makes
// its plan on empty tables.
const GIVEN_ACCOUNTS = `
  select * from unnest($2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[],
      $7::numeric[], $8::int[])
    with ordinality as g (book_id, account_id, asset, posted, pending_debits, pending_credits,
      lines, account_no)
  limit $9`

const INSERT_ENTRIES = `
  insert into entry
    (book_id, entry_id, external_id, operation, facts, effective_at, created_at)
  select book_id, entry_id, external_id, operation, facts::json, coalesce(effective_at, $1), $1
  from unnest($10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[])
    as e (book_id, entry_id, external_id, operation, facts, effective_at)`

// Answers with the accounts as they were before: what the lines' steps are added to.
const updateAccounts = (state: string, ifWritten: string): string => `
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
    a.version - g.lines as version`

// An account that is unknown, in another state or of another asset is missing from `changed`, which
// leaves nulls where none may be (23502).
const MOVED = `
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
  left join changed c on c.account_no = t.credit_no`

const INSERT_TRANSFERS = `
  insert into transfer
    (book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
     debit_seq, credit_seq, pending_entry_id, pending_transfer_no)
  select book_id, entry_id, transfer_no, kind, debit_account_id, credit_account_id, asset, units,
    debit_seq, credit_seq, pending_entry_id, pending_transfer_no
  from moved`

const INSERT_LINES = `
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
  from moved`

const INSERT_UNSEALED = `
  insert into unsealed (book_id, batch_id, entry_ids)
  select book_id, batch_id, entry_ids::text[]
  from unnest($34::text[], $35::text[], $36::text[]) as u (book_id, batch_id, entry_ids)`

/** Writes what nobody has checked against the books: open accounts, new entries. */
export const WRITE_OPEN = writeSql({ state: "= 'open'" })
/** Writes what was decided under the accounts' locks. */
export const WRITE_LOCKED = writeSql({ state: "<> 'closed'" })

/** The same for one entry, whose insert decides alone: nothing is written when its id is taken. */
export const WRITE_LOCKED_IF_NEW = writeSql({
  state: "<> 'closed'",
  entryConflict: 'on conflict (book_id, external_id) do nothing',
  ifWritten: 'and exists (select from entries)',
})
