-- Addresses that only the signer can make are made ahead, so that nobody waits for it.

-- One row for each book and family whose pool is kept full: the refill is its job.
create table address_pool (
  book_id text not null references book,
  family text not null check (family in ('solana', 'polkadot')),
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  primary key (book_id, family)
);
create index address_pool_due on address_pool (due_at) where due_at is not null;

-- Keys that nobody was given yet. Taking one deletes its row: none is given out twice.
create table pooled_key (
  book_id text not null,
  family text not null,
  index bigint not null check (index between 0 and 2147483647),
  path text not null,
  public_key bytea not null check (octet_length(public_key) = 32),
  primary key (book_id, family, index),
  foreign key (book_id, family) references address_pool
);

-- Whose address is this? is asked of every address that a block pays. Eight bytes of hash tell it
-- with a quarter of the pages that the addresses themselves take.
create index deposit_address_hash on deposit_address (hashtextextended(address, 0));
