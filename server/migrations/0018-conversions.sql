-- Exchanging one asset for another. Balances are the ledger's; ids compare by bytes. Rates and
-- prices are exact decimal texts, as everywhere.

create table conversion (
  book_id text collate "C" not null references book,
  -- cv_…
  conversion_id text collate "C" not null,
  external_id text collate "C" check (length(external_id) between 1 and 200),
  from_asset text collate "C" not null,
  to_asset text collate "C" not null check (to_asset <> from_asset),
  given_units numeric(78, 0) not null check (given_units > 0),
  received_units numeric(78, 0) not null check (received_units > 0),
  spread_units numeric(78, 0) not null check (spread_units >= 0),
  spread_ppm int not null check (spread_ppm between 0 and 500000),
  -- Whole `to` for a whole `from`, before the spread.
  rate text not null check (rate ~ '^[0-9]{1,78}([.][0-9]{1,78})?$' and rate ~ '[1-9]'),
  -- The two prices that the rate was made from: US dollars, when, and the sources of each.
  prices json not null,
  -- The assets and the amount in the words of the request: asked again, they are the same request.
  asked text not null check (octet_length(asked) <= 4096),
  customer_id text,
  -- The JSON text as it was sent: numbers and the order of members come back as they came.
  metadata text not null check (octet_length(metadata) <= 16384),
  created_at timestamptz(3) not null,
  primary key (book_id, conversion_id),
  constraint conversion_once unique (book_id, external_id)
);
create index conversion_listed on conversion (book_id, created_at, conversion_id);
create index conversion_by_customer on conversion (book_id, customer_id, created_at, conversion_id)
  where customer_id is not null;

-- What roundings left of all conversions into an asset, exactly, in its units: the whole ones of it
-- are on the account `rounding`.
create table conversion_rounding (
  book_id text collate "C" not null references book,
  asset text collate "C" not null,
  left_over numeric not null check (left_over >= 0),
  primary key (book_id, asset)
);

create table conversion_setting (
  book_id text collate "C" not null primary key references book,
  spread_ppm int not null check (spread_ppm between 0 and 500000)
);

-- What the sandbox's market maker brought, once for each book and asset.
create table liquidity_endowment (
  book_id text collate "C" not null references book,
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  asked_at timestamptz(3) not null,
  -- The deposit that brought it, when it is credited.
  deposit_id text collate "C",
  primary key (book_id, asset)
);
