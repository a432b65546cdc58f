-- Coins that a sandbox's treasury was given to pay fees with: capital, and nobody's deposit.
create table faucet_pour (
  book_id text collate "C" not null references book,
  -- pour_…
  pour_id text collate "C" not null,
  chain text collate "C" not null,
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  -- `sending` until the node has said which transaction it is; `done`: it is in a block, or lost.
  -- `unsaid`: whoever began to send was stopped before he knew, and another sends anew.
  state text collate "C" not null check (state in ('sending', 'sent', 'done', 'unsaid')),
  tx_hash text collate "C",
  made_at timestamptz(3) not null,
  primary key (book_id, pour_id),
  check ((tx_hash is null) = (state in ('sending', 'unsaid')))
);
-- One at a time, so that nobody is given what is on its way already.
create unique index faucet_pour_open on faucet_pour (book_id, chain) where state in ('sending', 'sent');
create unique index faucet_pour_tx on faucet_pour (book_id, chain, tx_hash)
  where tx_hash is not null;

-- What goes out from a key and no block was seen to hold.
create index outgoing_under_way on outgoing (book_id, chain)
  where state in ('planned', 'built', 'signed', 'sent');

-- What dispatches were ever promised of a treasury's coins. It only grows: who read before and
-- after knows what others were promised meanwhile.
create table treasury_claim (
  book_id text collate "C" not null references book,
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units >= 0),
  primary key (book_id, asset)
);
