-- The sandbox's chains. Blocks are no rows: a block's hash follows from the seed, the salt of the
-- fork that holds its height, and the height. Only transactions are written down.
create table simulated_chain (
  book_id text not null references book,
  chain text not null,
  seed text not null,
  height bigint not null check (height >= 0),
  -- Until when (in the book's time) the blocks that come by themselves were mined.
  mined_at timestamptz not null,
  -- The newest fork's salt, and how many transactions there were: both only grow.
  salt int not null default 0 check (salt >= 0),
  tx_count int not null default 0 check (tx_count >= 0),
  auto_mine boolean not null default true,
  halt boolean not null default false,
  fee_units numeric(78, 0) check (fee_units >= 0),
  refuse_broadcasts boolean not null default false,
  forget_broadcasts boolean not null default false,
  lie text not null default 'none' check (lie in ('none', 'transfers', 'blocks')),
  primary key (book_id, chain)
);

-- From this height on (up to the next fork's) blocks carry this salt; before the first it is 0.
create table simulated_fork (
  book_id text not null,
  chain text not null,
  from_height bigint not null check (from_height >= 0),
  salt int not null check (salt > 0),
  primary key (book_id, chain, from_height),
  foreign key (book_id, chain) references simulated_chain
);

create table simulated_tx (
  book_id text not null,
  chain text not null,
  tx_hash text not null,
  -- Order of submission, which is also the order within a block.
  number int not null check (number > 0),
  state text not null check (state in ('waiting', 'mined', 'replaced', 'dropped')),
  height bigint,
  replaceable boolean not null,
  -- Shown only while the node lies.
  phantom boolean not null,
  replaced_by text,
  primary key (book_id, chain, tx_hash),
  unique (book_id, chain, number),
  foreign key (book_id, chain) references simulated_chain,
  check ((state = 'mined') = (height is not null)),
  check ((state = 'replaced') = (replaced_by is not null)),
  check (state <> 'replaced' or replaceable)
);
create index simulated_tx_by_height on simulated_tx (book_id, chain, height);
create index simulated_tx_waiting on simulated_tx (book_id, chain, number)
  where state = 'waiting';

create table simulated_transfer (
  book_id text not null,
  chain text not null,
  tx_hash text not null,
  index text not null,
  -- Order within the transaction.
  line int not null,
  asset text not null,
  from_address text not null,
  to_address text not null,
  units numeric(78, 0) not null check (units > 0),
  primary key (book_id, chain, tx_hash, index),
  foreign key (book_id, chain, tx_hash) references simulated_tx
);
create index simulated_transfer_to on simulated_transfer (book_id, chain, to_address, asset);
create index simulated_transfer_from on simulated_transfer (book_id, chain, from_address, asset);
