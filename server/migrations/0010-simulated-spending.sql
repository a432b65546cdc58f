-- Transactions of simulated chains that were signed with keys of ours. What they move is in
-- simulated_transfer like everything else, their fee among it.
create table simulated_spend (
  book_id text not null,
  chain text not null,
  tx_hash text not null,
  fee_units numeric(78, 0) not null check (fee_units >= 0),
  primary key (book_id, chain, tx_hash),
  foreign key (book_id, chain, tx_hash) references simulated_tx
);

-- Who sends it, and as its how many-th transaction: of two with one nonce only one is ever mined.
create table simulated_nonce (
  book_id text not null,
  chain text not null,
  tx_hash text not null,
  address text not null,
  nonce bigint not null check (nonce >= 0),
  primary key (book_id, chain, tx_hash, address),
  foreign key (book_id, chain, tx_hash) references simulated_spend
);
create index simulated_nonce_address on simulated_nonce (book_id, chain, address, nonce);
