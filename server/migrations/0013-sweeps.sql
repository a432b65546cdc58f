-- Gathering deposits into the treasury.

-- The treasury's own keys lie under an account of their own: −1 is its first one, −2 the next.
alter table deposit_address drop constraint deposit_address_index_check;
alter table deposit_address add constraint deposit_address_index_check
  check (index between -2147483648 and 2147483647 and (index >= 0 or owner_kind = 'treasury'));

-- The sweep that took a deposit's coins away from its address.
alter table deposit add column swept_by text;
create index deposit_unswept on deposit (book_id, chain, asset)
  where level = 'final' and swept_by is null;

create table sweep (
  book_id text collate "C" not null references book,
  -- swp_…
  sweep_id text collate "C" not null,
  chain text collate "C" not null,
  asset text collate "C" not null,
  treasury text collate "C" not null,
  state text collate "C" not null check (state in ('sending', 'completed', 'failed')),
  problem text check ((problem is not null) = (state = 'failed')),
  -- What the plan said it would cost, and what it cost, in the chain's coin.
  estimated_fee numeric(78, 0) not null check (estimated_fee >= 0),
  fee numeric(78, 0) check (fee >= 0),
  tx_hash text collate "C",
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (book_id, sweep_id),
  check ((ended_at is null) = (state = 'sending')),
  check ((state = 'completed') <= (tx_hash is not null and fee is not null))
);
create unique index sweep_running on sweep (book_id, asset) where state = 'sending';
create index sweep_listed on sweep (book_id, created_at, sweep_id);

create table sweep_leg (
  book_id text collate "C" not null,
  sweep_id text collate "C" not null,
  address text collate "C" not null,
  path text not null,
  units numeric(78, 0) not null check (units > 0),
  -- Who caused it: its share of the fee is booked against him.
  owner_id text collate "C" not null,
  deposit_ids text[] not null,
  fee_share numeric(78, 0) check (fee_share >= 0),
  primary key (book_id, sweep_id, address),
  foreign key (book_id, sweep_id) references sweep
);

-- What pays the fees of a chain.
create table gas_tank (
  book_id text collate "C" not null references book,
  chain text collate "C" not null,
  state text collate "C" not null check (state in ('enough', 'low')),
  units numeric(78, 0) not null check (units >= 0),
  -- Less than this is low: several sweeps at the last one's price.
  wanted numeric(78, 0) not null check (wanted >= 0),
  looked_at timestamptz(3) not null,
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, chain)
);
create index gas_tank_due on gas_tank (due_at) where due_at is not null;
