-- Customers' wallets: who has which address, what arrived for them, and what somebody said had
-- arrived. Their balances are the ledger's `customer.wallet` accounts. Ids compare by bytes.

create table wallet (
  book_id text collate "C" not null references book,
  -- wal_…
  wallet_id text collate "C" not null,
  customer_id text collate "C" not null,
  asset text collate "C" not null,
  -- Where its customer pays to. Wallets that came about by a deposit of another asset share the
  -- address of the wallet that was paid.
  address text collate "C" not null,
  label text,
  -- The JSON text as it was sent: numbers and the order of members come back as they came.
  metadata text not null check (octet_length(metadata) <= 16384),
  created_at timestamptz(3) not null,
  primary key (book_id, wallet_id),
  constraint wallet_once unique (book_id, customer_id, asset)
);
create index wallet_listed on wallet (book_id, created_at, wallet_id);

-- A deposit to a customer's address, and the wallet that it belongs to.
create table wallet_deposit (
  book_id text collate "C" not null,
  deposit_id text collate "C" not null,
  wallet_id text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  address text collate "C" not null,
  tx_hash text collate "C" not null,
  level text collate "C" not null
    check (level in ('seen', 'confirmed', 'safe', 'final', 'reverted')),
  block_height bigint,
  seen_at timestamptz(3) not null,
  -- How often it was credited: forks may take it back and bring it again.
  credits int not null default 0 check (credits >= 0),
  -- What of it is in the wallet since it was credited; the rest made good what had been spent of it.
  credited_units numeric(78, 0) not null default 0 check (credited_units between 0 and units),
  primary key (book_id, deposit_id),
  foreign key (book_id, wallet_id) references wallet,
  check (level <> 'final' or credits > 0),
  check (level = 'final' or credited_units = 0)
);
create index wallet_deposit_listed on wallet_deposit (book_id, wallet_id, seen_at, deposit_id);
create index wallet_deposit_by_tx on wallet_deposit (book_id, wallet_id, tx_hash);

-- "Look at this transaction": nothing of it is believed, the chain is watched for it.
create table wallet_claim (
  book_id text collate "C" not null,
  wallet_id text collate "C" not null,
  tx_hash text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  state text collate "C" not null check (state in ('pending', 'ended')),
  claimed_at timestamptz(3) not null,
  -- In the book's time, while it is pending: when the watch for it ends.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, wallet_id, tx_hash),
  foreign key (book_id, wallet_id) references wallet,
  check ((state = 'pending') = (due_at is not null))
);
create index wallet_claim_due on wallet_claim (due_at) where due_at is not null;
