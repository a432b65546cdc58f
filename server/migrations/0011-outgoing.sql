-- What goes out on chains. The row is the job; what was signed is kept before anybody sees it.
create table outgoing (
  book_id text not null references book,
  outgoing_id text not null,
  realm text not null,
  chain text not null,
  kind text not null check (kind in ('sweep', 'setup', 'gas', 'payout')),
  -- What it is for, by that feature's id: each thing is sent once.
  object_id text not null,
  -- Keys, payments and limits; amounts as texts.
  request jsonb not null,
  state text not null check
    (state in ('planned', 'built', 'signed', 'sent', 'mined', 'final', 'failed')),
  -- Why it failed, or what the last try met.
  problem text check (state <> 'failed' or problem is not null),
  -- The attempt that is in the chain, and where.
  mined_attempt int,
  block_height bigint,
  block_hash text,
  succeeded boolean,
  fee_units numeric(78, 0) check (fee_units >= 0),
  -- How often in a row it was in no block though a final one uses its nonce or inputs.
  lost_looks int not null default 0 check (lost_looks >= 0),
  created_at timestamptz not null,
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  primary key (book_id, outgoing_id),
  constraint outgoing_once unique (book_id, kind, object_id),
  check ((mined_attempt is not null) = (state in ('mined', 'final'))),
  check ((mined_attempt is null) = (block_hash is null)),
  check ((mined_attempt is null) = (succeeded is null)),
  check ((mined_attempt is null) = (fee_units is null)),
  check ((block_hash is null) = (block_height is null))
);
create index outgoing_due on outgoing (due_at) where due_at is not null;
create index outgoing_mined on outgoing (book_id, chain, block_height) where state = 'mined';

-- The transactions that were made for it: the first, and each that replaced it. All of them share
-- a nonce or an input, so that the chain takes one at most.
create table outgoing_attempt (
  book_id text not null,
  outgoing_id text not null,
  attempt int not null check (attempt > 0),
  chain text not null,
  unsigned bytea not null,
  -- What the signer is told that these bytes do.
  intent jsonb not null,
  slots text[] not null check (cardinality(slots) > 0),
  signed bytea,
  tx_hash text,
  -- refused: every node refused it at its first and only broadcast. Otherwise a node may have it.
  broadcast text check (broadcast in ('begun', 'repeated', 'accepted', 'refused')),
  made_at timestamptz not null,
  primary key (book_id, outgoing_id, attempt),
  foreign key (book_id, outgoing_id) references outgoing,
  check ((signed is null) = (tx_hash is null)),
  check (broadcast is null or signed is not null)
);
-- What was refused may be made again, to the byte, for something else.
create unique index outgoing_attempt_tx on outgoing_attempt (book_id, chain, tx_hash)
  where tx_hash is not null and broadcast is distinct from 'refused';

-- A key sends one thing at a time: whoever has the row owns its nonce or its coins.
create table sending_key (
  realm text not null,
  chain text not null,
  address text not null,
  book_id text not null,
  outgoing_id text not null,
  primary key (realm, chain, address),
  foreign key (book_id, outgoing_id) references outgoing
);
create index sending_key_outgoing on sending_key (book_id, outgoing_id);
