-- Custody: addresses handed out, chains watched, deposits found and booked.

-- Public keys of a book's accounts, as its signer gave them. Never replaced: coins lie under them.
create table xpub (
  book_id text not null references book,
  family text not null,
  xpub text not null,
  -- Such as m/44'/60'/3'; addresses follow as /0/index.
  path text not null,
  -- The seed it comes from: a signer with another seed could not spend what arrives.
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{8}$'),
  created_at timestamptz not null,
  primary key (book_id, family)
);

-- The next index that nobody took. Processes take blocks; what they leave unused stays a gap.
create table address_counter (
  book_id text not null references book,
  family text not null,
  next_index bigint not null check (next_index between 0 and 2147483648),
  primary key (book_id, family)
);

create table deposit_address (
  book_id text not null references book,
  family text not null,
  index bigint not null check (index between 0 and 2147483647),
  path text not null,
  address text not null,
  -- What it was handed out for first. Anything on any chain of the family that arrives is seen.
  chain text not null,
  asset text not null,
  owner_kind text not null check (owner_kind in ('payment', 'wallet', 'treasury')),
  owner_id text not null,
  -- The chains on which coins moved by a contract are looked for, and until when; none where it was
  -- handed out for tokens alone, which leave a log.
  expected_on text[] not null,
  expected_until timestamptz,
  issued_at timestamptz not null,
  primary key (book_id, family, index),
  check ((expected_until is null) = (expected_on = '{}')),
  -- Chains of one family share addresses, so this covers every realm and chain, and finds the owner
  -- of whatever a block pays, whichever chain of the family the block is on.
  constraint deposit_address_once unique (family, address)
);
create index deposit_address_owner on deposit_address (book_id, owner_kind, owner_id);
create index deposit_address_expected on deposit_address (family, expected_until)
  where expected_until is not null;

-- One row for each chain in use: the scan is its job.
create table chain_watch (
  -- live, test, or the book whose simulated chain it is.
  realm text not null,
  chain text not null,
  state text not null default 'watching' check (state in ('watching', 'halted')),
  -- Why it stands still, or what the last look failed of.
  problem text check (state <> 'halted' or problem is not null),
  -- The block up to which everything is recorded.
  cursor_height bigint not null check (cursor_height >= 0),
  cursor_hash text not null,
  -- The chain's tips at the last look.
  latest_height bigint not null,
  safe_height bigint not null,
  final_height bigint not null,
  -- Counts changes: whoever looked before the last one starts again.
  version bigint not null default 0,
  -- Counts requests for a look: one that came during a look is not forgotten by its end.
  asks bigint not null default 0,
  looked_at timestamptz,
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  primary key (realm, chain)
);
create index chain_watch_due on chain_watch (due_at) where due_at is not null;

-- The newest blocks, to find where a fork began.
create table chain_block (
  realm text not null,
  chain text not null,
  height bigint not null,
  hash text not null,
  primary key (realm, chain, height)
);

-- What arrived at our addresses. The first part never changes; the second is what the chain shows,
-- written by the watch; the third is what was booked and told, written by the booking.
create table deposit (
  book_id text not null references book,
  deposit_id text not null,
  realm text not null,
  chain text not null,
  tx_hash text not null,
  index text not null,
  asset text not null,
  address text not null,
  units numeric(78, 0) not null check (units > 0),
  from_address text,
  owner_kind text not null check (owner_kind in ('payment', 'wallet', 'treasury')),
  owner_id text not null,
  -- In the book's time.
  seen_at timestamptz not null,

  observed text not null check (observed in ('gone', 'seen', 'confirmed', 'safe', 'final')),
  block_height bigint,
  block_hash text,

  level text check (level in ('reverted', 'seen', 'confirmed', 'safe', 'final')),
  booked_height bigint,
  booked_hash text,
  -- How often it was booked: forks may take it back and bring it again.
  sighting int not null default 0 check (sighting >= 0),
  -- Where the final coins were put; JSON, amounts as texts.
  allocations jsonb,

  -- Due while what is booked is not what the chain shows.
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  problem text,

  primary key (book_id, deposit_id),
  check ((block_hash is not null) = (observed in ('confirmed', 'safe', 'final'))),
  check ((block_hash is null) = (block_height is null)),
  check ((booked_hash is not null) = coalesce(level in ('confirmed', 'safe', 'final'), false)),
  check ((booked_hash is null) = (booked_height is null)),
  check ((allocations is not null) = coalesce(level = 'final', false)),
  check (booked_hash is null or sighting > 0)
);
-- A transfer that comes again is the same one when all that it did is the same: run anew in another
-- block, a contract may pay something else under the same transaction and index.
create unique index deposit_identity
  on deposit (book_id, chain, tx_hash, index, asset, address, units);
-- Whatever a node says, a transfer is in the chain once.
create unique index deposit_in_chain on deposit (book_id, chain, tx_hash, index)
  where block_hash is not null;
create index deposit_by_block on deposit (realm, chain, block_height) where block_hash is not null;
create index deposit_rising on deposit (realm, chain, block_height)
  where observed in ('confirmed', 'safe');
create index deposit_waiting on deposit (realm, chain) where observed = 'seen';
create index deposit_owner on deposit (book_id, owner_kind, owner_id);
create index deposit_due on deposit (due_at) where due_at is not null;
