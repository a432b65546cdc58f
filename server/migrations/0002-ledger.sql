-- The double-entry ledger. Every key leads with book_id, no key comes from a sequence.
--
-- Sums are signed: credits add, debits take away. `held` never moves `posted`; it waits in the
-- pending sums until it is posted or voided.
--
-- PostgreSQL reads every CHECK anew for each statement, so the tables that each batch writes have few:
-- those that keep money right. What remains is kept by the primary keys and found by the proof.
--
-- Texts compare by bytes (collate "C"): ids need no language, and prefixes can be looked up.
-- Times have milliseconds, as JavaScript does, so that nothing in a row is invisible to the proof.

create table account (
  book_id text collate "C" not null,
  account_id text collate "C" not null,
  purpose text collate "C" not null,
  owner text collate "C",
  asset text collate "C" not null,
  -- The side that raises the balance; with overdraft refused the other side never exceeds it.
  normal_side text collate "C" not null,
  overdraft text collate "C" not null,
  -- open. closing: takes nothing in, may be emptied. closed: empty, takes part in nothing.
  state text collate "C" not null default 'open',
  -- The entry that set the state; null as long as it was never set.
  state_entry_id text collate "C",
  posted numeric(78, 0) not null default 0,
  pending_debits numeric(78, 0) not null default 0,
  pending_credits numeric(78, 0) not null default 0,
  -- The seq of the account's last line, and its time.
  version bigint not null default 0,
  booked_at timestamptz(3) not null default 'epoch',
  primary key (book_id, account_id),
  constraint account_no_overdraft check (
    pending_debits >= 0 and pending_credits >= 0 and (
      overdraft = 'allowed'
      or normal_side = 'credit' and posted >= pending_debits
      or normal_side = 'debit' and -posted >= pending_credits)),
  constraint account_closed_is_empty check (
    state <> 'closed' or posted = 0 and pending_debits = 0 and pending_credits = 0)
)
-- Every batch rewrites these rows: room on the page keeps the new versions there, without touching
-- the index, and frequent vacuuming keeps the table small.
with (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.2,
  autovacuum_vacuum_cost_delay = 0
);

create table entry (
  book_id text collate "C" not null,
  entry_id text collate "C" not null,
  external_id text collate "C" not null,
  operation text collate "C" not null,
  -- RFC 8785 text, kept as written (json, not jsonb): the proof reads it byte by byte.
  facts json not null,
  effective_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (book_id, entry_id),
  constraint entry_external_id unique (book_id, external_id)
);
create index entry_object on entry (book_id, (facts ->> 'object'), entry_id)
  where (facts ->> 'object') is not null;

create table transfer (
  book_id text collate "C" not null,
  entry_id text collate "C" not null,
  -- Its number in the entry, from 0.
  transfer_no int not null,
  kind text collate "C" not null,
  debit_account_id text collate "C" not null,
  credit_account_id text collate "C" not null,
  asset text collate "C" not null,
  units numeric(78, 0) not null,
  -- Its two lines: with these the lines of an entry are found by their own key.
  debit_seq bigint not null,
  credit_seq bigint not null,
  -- The hold that `post` and `void` end.
  pending_entry_id text collate "C",
  pending_transfer_no int,
  primary key (book_id, entry_id, transfer_no),
  constraint transfer_moves check (
    units > 0 and debit_account_id <> credit_account_id
    and (kind = 'posted' or kind = 'pending') = (pending_entry_id is null))
);
-- A hold ends once.
create unique index transfer_ends_hold on transfer (book_id, pending_entry_id, pending_transfer_no)
  where pending_entry_id is not null;

create table line (
  book_id text collate "C" not null,
  account_id text collate "C" not null,
  -- 1, 2, 3 … in each account: a second writer of the same state meets the primary key.
  seq bigint not null,
  entry_id text collate "C" not null,
  transfer_no int not null,
  side text collate "C" not null,
  -- What the line adds to `posted`, and to the pending sum of its side.
  units numeric(78, 0) not null,
  held numeric(78, 0) not null,
  -- The account's sums after this line.
  posted numeric(78, 0) not null,
  pending_debits numeric(78, 0) not null,
  pending_credits numeric(78, 0) not null,
  -- The account's flags again, so that this row alone can be refused.
  normal_side text collate "C" not null,
  overdraft text collate "C" not null,
  booked_at timestamptz(3) not null,
  primary key (book_id, account_id, seq),
  constraint line_on_its_side check (
    side = 'debit' and units <= 0 or side = 'credit' and units >= 0),
  constraint line_no_overdraft check (
    pending_debits >= 0 and pending_credits >= 0 and (
      overdraft = 'allowed'
      or normal_side = 'credit' and posted >= pending_debits
      or normal_side = 'debit' and -posted >= pending_credits))
);

-- Entries that the sealer has not chained yet: one row for each write, named after its first entry.
create table unsealed (
  book_id text collate "C" not null,
  batch_id text collate "C" not null,
  entry_ids text[] collate "C" not null,
  primary key (book_id, batch_id)
);

-- The chain of hashes of a book: each covers the one before and an entry with all its rows.
create table seal (
  book_id text collate "C" not null,
  position bigint not null check (position > 0),
  entry_id text collate "C" not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (book_id, position),
  unique (book_id, entry_id)
);

-- Triggers.
--
-- Context: design says no triggers where the tables must be portable. What an engine without them
-- still refuses are overdrafts (CHECK on the row that is written), a second writer of the same state
-- (primary key of line), an entry booked twice (unique external id) and a hold ended twice.
-- Decision: PostgreSQL also refuses what is not balanced, and any change of what was booked. No code
-- relies on it: nothing is computed in a trigger, and without them every answer is the same.
-- Price: 6 % of a batch's time in the database. One check for each statement over its own rows
-- (transition tables), never for each row.
-- Portable variant: leave out everything below this line; `coffer verify` finds the same afterwards.

-- The lines of a transfer are two, one on each side, and cancel out.
create function ledger_refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if exists (
    select from added group by book_id, entry_id, transfer_no
    having count(*) <> 2 or sum(units) <> 0 or min(held) <> max(held) or min(side) = max(side))
  then
    raise exception 'a transfer has two lines that cancel out'
      using errcode = 'check_violation', constraint = 'line_balanced', table = 'line';
  end if;
  return null;
end $$;
create trigger line_balanced after insert on line
  referencing new table as added
  for each statement execute function ledger_refuse_unbalanced();

-- What a statement adds to some accounts of a book and asset it takes from others.
create function ledger_refuse_one_sided() returns trigger language plpgsql as $$
begin
  if exists (
    select from (
      select book_id, asset, posted, pending_debits - pending_credits as pending from after
      union all
      select book_id, asset, -posted, pending_credits - pending_debits from before) as change
    group by book_id, asset having sum(posted) <> 0 or sum(pending) <> 0)
  then
    raise exception 'what is added to accounts is taken from others'
      using errcode = 'check_violation', constraint = 'account_balanced', table = 'account';
  end if;
  return null;
end $$;
create trigger account_balanced after update on account
  referencing old table as before new table as after
  for each statement execute function ledger_refuse_one_sided();
-- Rows that are facts are never changed. A revoke does not bind the tables' owner, which is who the
-- server connects as where it makes its own database; a trigger binds everybody.
create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% refuses %: the ledger only grows, by whole entries', tg_table_name, tg_op
    using errcode = 'restrict_violation', table = tg_table_name;
end $$;
create trigger transfer_grows before update or delete or truncate on transfer
  for each statement execute function ledger_refuse_change();
create trigger line_grows before update or delete or truncate on line
  for each statement execute function ledger_refuse_change();
create trigger entry_grows before update or delete or truncate on entry
  for each statement execute function ledger_refuse_change();
create trigger seal_grows before update or delete or truncate on seal
  for each statement execute function ledger_refuse_change();
create trigger account_stays before delete or truncate on account
  for each statement execute function ledger_refuse_change();
create trigger account_keeps_identity before
  update of book_id, account_id, purpose, owner, asset, normal_side, overdraft on account
  for each statement execute function ledger_refuse_change();
create trigger account_starts_empty before insert on account
  for each row when (
    new.version <> 0 or new.posted <> 0 or new.pending_debits <> 0 or new.pending_credits <> 0)
  execute function ledger_refuse_change();
