-- Money that goes out: payouts of the organization, withdrawals of customers, refunds.

create table payout_batch (
  book_id text collate "C" not null references book,
  -- batch_…
  batch_id text collate "C" not null,
  -- What the caller calls it; free text.
  reference text,
  external_id text collate "C",
  initiator text collate "C" not null,
  -- A hash of what was asked for, so that the same again is known.
  content_hash bytea not null,
  created_at timestamptz(3) not null,
  primary key (book_id, batch_id)
);
create unique index payout_batch_external on payout_batch (book_id, external_id)
  where external_id is not null;
create index payout_batch_listed on payout_batch (book_id, created_at, batch_id);

-- One transaction on a chain: for one payout where chains have accounts, for many on Bitcoin. It is
-- what the outgoing of kind `payout` is for.
create table payout_dispatch (
  book_id text collate "C" not null references book,
  -- dsp_…
  dispatch_id text collate "C" not null,
  chain text collate "C" not null,
  created_at timestamptz(3) not null,
  primary key (book_id, dispatch_id)
);

create table payout (
  book_id text collate "C" not null references book,
  -- po_…
  payout_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('payout', 'withdrawal', 'refund')),
  -- The wallet or the refund that it takes from.
  source_id text collate "C",
  batch_id text collate "C",
  external_id text collate "C",
  -- A hash of what was asked for, so that the same again is known.
  content_hash bytea not null,
  chain text collate "C" not null,
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  fee_units numeric(78, 0) not null check (fee_units >= 0),
  net_units numeric(78, 0) not null check (net_units > 0),
  quote_id text collate "C" not null,
  -- The most that the chain may take, in its coin.
  fee_max numeric(78, 0) not null check (fee_max >= 0),
  -- Dollars for a whole one when it was asked for, and what it was worth in cents.
  usd text,
  usd_at timestamptz(3),
  worth_cents numeric(78, 0) not null check (worth_cents >= 0),
  destination text collate "C" not null,
  customer_id text collate "C",
  -- The JSON text as it was sent.
  metadata text not null check (octet_length(metadata) <= 16384),
  -- The API key or person that asked for it.
  initiator text collate "C" not null,
  -- The ledger's hold on `units`: which transfer of which entry.
  hold_entry text collate "C" not null,
  hold_transfer int not null check (hold_transfer >= 0),
  status text collate "C" not null
    check (status in ('pending_verification', 'processing', 'completed', 'failed', 'canceled')),
  problem text,
  -- What is missing before it can be dispatched.
  waits_for text collate "C"
    check (waits_for in ('gathering', 'gas', 'coins', 'others', 'operator')),
  dispatch_id text collate "C",
  tx_hash text collate "C",
  -- Its part of what the chain took, in the chain's coin.
  network_fee numeric(78, 0) check (network_fee >= 0),
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  -- When it is dispatched; null: nothing is to be done now.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, payout_id),
  foreign key (book_id, batch_id) references payout_batch,
  foreign key (book_id, dispatch_id) references payout_dispatch,
  constraint payout_hold unique (book_id, hold_entry, hold_transfer),
  check (units = fee_units + net_units),
  check ((source_id is null) = (kind = 'payout')),
  check ((usd is null) = (usd_at is null)),
  check ((ended_at is null) = (status in ('pending_verification', 'processing'))),
  check (status <> 'completed' or (tx_hash is not null and network_fee is not null)),
  check (status not in ('failed', 'canceled') or problem is not null),
  -- Nothing is sent for what waits for somebody, or was called back.
  check (dispatch_id is null or status in ('processing', 'completed', 'failed')),
  check (status not in ('completed', 'failed') or dispatch_id is not null),
  check (due_at is null or (status = 'processing' and dispatch_id is null))
)
with (fillfactor = 80);
create unique index payout_external on payout (book_id, external_id) where external_id is not null;
create index payout_listed on payout (book_id, created_at, payout_id);
create index payout_of_batch on payout (book_id, batch_id, hold_entry, hold_transfer)
  where batch_id is not null;
create index payout_of_dispatch on payout (book_id, dispatch_id) where dispatch_id is not null;
create index payout_of_source on payout (book_id, source_id, created_at, payout_id)
  where source_id is not null;
create index payout_of_customer on payout (book_id, customer_id, created_at)
  where customer_id is not null;
create index payout_due on payout (due_at) where due_at is not null;

-- What a wallet's list of transactions goes over: what came to it, and what was sent from it.
create view wallet_transaction as
  select book_id, wallet_id, deposit_id as transaction_id, seen_at as happened_at
  from wallet_deposit
  union all
  select book_id, source_id, payout_id, created_at from payout
  where kind = 'withdrawal' and source_id is not null;

-- A refund is sent by a payout; one that failed is owed again.
alter table refund drop constraint refund_state_check;
alter table refund add constraint refund_state_check
  check (state in ('awaiting_payout', 'sending', 'sent'));
alter table refund
  -- The last payout that was begun for it.
  add column payout_id text collate "C",
  -- Why it was not sent.
  add column problem text,
  add column tx_hash text collate "C",
  add constraint refund_sending check (state = 'awaiting_payout' or payout_id is not null),
  add constraint refund_addressed check (state = 'awaiting_payout' or address is not null),
  add constraint refund_sent check ((state = 'sent') = (tx_hash is not null));
create index refund_listed on refund (book_id, created_at, refund_id);
