-- What the treasury has more than it needs goes to a wallet whose keys are elsewhere.
alter table outgoing drop constraint outgoing_kind_check;
alter table outgoing add constraint outgoing_kind_check
  check (kind in ('sweep', 'setup', 'gas', 'payout', 'cold'));

create table cold_wallet (
  book_id text collate "C" not null references book,
  asset text collate "C" not null,
  -- cw_…
  wallet_id text collate "C" not null,
  -- In force; null before the first terms are.
  address text collate "C",
  keep numeric(78, 0) check (keep >= 0),
  -- What takes its place, from a time of the book's clock on.
  next_address text collate "C",
  next_keep numeric(78, 0) check (next_keep >= 0),
  next_at timestamptz(3),
  -- When it is looked whether something goes there; a time of the machine's clock.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  -- How often a look was asked for: one that is asked for during another one is not lost.
  asked bigint not null default 0,
  primary key (book_id, asset),
  check ((address is null) = (keep is null)),
  check ((next_address is null) = (next_keep is null)),
  check ((next_address is null) = (next_at is null)),
  check (address is not null or next_address is not null)
);
create index cold_wallet_due on cold_wallet (due_at) where due_at is not null;

create table cold_transfer (
  book_id text collate "C" not null references book,
  -- cold_…
  transfer_id text collate "C" not null,
  chain text collate "C" not null,
  asset text collate "C" not null,
  -- Which of the book and asset: its id is made from that, so that a database which was brought
  -- back from an older copy gives it the same again.
  nth int not null check (nth > 0),
  treasury text collate "C" not null,
  address text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  state text collate "C" not null check (state in ('sending', 'completed', 'failed')),
  problem text check ((problem is not null) = (state = 'failed')),
  -- In the chain's coin.
  estimated_fee numeric(78, 0) not null check (estimated_fee >= 0),
  fee numeric(78, 0) check (fee >= 0),
  tx_hash text collate "C",
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (book_id, transfer_id),
  constraint cold_transfer_nth unique (book_id, asset, nth),
  check ((ended_at is null) = (state = 'sending')),
  check ((state = 'completed') <= (tx_hash is not null and fee is not null))
);
create unique index cold_transfer_running on cold_transfer (book_id, asset)
  where state = 'sending';
create index cold_transfer_listed on cold_transfer (book_id, created_at, transfer_id);

-- Transactions that bring coins back from cold wallets: no new money.
create table cold_return (
  book_id text collate "C" not null references book,
  chain text collate "C" not null,
  tx_hash text collate "C" not null,
  asset text collate "C" not null,
  announced_at timestamptz(3) not null,
  primary key (book_id, chain, tx_hash, asset)
);
