-- What payouts cost: each book's own fee, and quotes that hold for a minute.

create table payout_fee_setting (
  book_id text collate "C" primary key references book,
  -- The book's own fee for a payout: whole cents of a dollar, and parts in a million of the amount.
  fixed_cents numeric(78, 0) not null check (fixed_cents between 0 and 100000000),
  parts_per_million int not null check (parts_per_million between 0 and 500000),
  -- What a payout has to be worth at least.
  minimum_cents numeric(78, 0) not null check (minimum_cents between 0 and 100000000)
);

create table fee_quote (
  book_id text collate "C" not null references book,
  -- feeq_…
  quote_id text collate "C" not null,
  asset text collate "C" not null,
  -- The coin in which the chain takes its fee, and what it is expected to take, and may take.
  native text collate "C" not null,
  network_fee numeric(78, 0) not null check (network_fee >= 0),
  fee_max numeric(78, 0) not null check (fee_max >= network_fee),
  -- The rest in the asset's units.
  network_fee_in_asset numeric(78, 0) not null check (network_fee_in_asset >= 0),
  service_fixed numeric(78, 0) not null check (service_fixed >= 0),
  service_parts_per_million int not null
    check (service_parts_per_million between 0 and 500000),
  min_units numeric(78, 0) not null check (min_units > network_fee_in_asset + service_fixed),
  -- Dollars a whole one, as exact decimal text, and what the asset's price rests on.
  asset_usd text not null,
  native_usd text not null,
  priced_at timestamptz(3) not null,
  price_sources text[] not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null check (expires_at > created_at),
  primary key (book_id, quote_id)
);
create index fee_quote_expired on fee_quote (book_id, asset, expires_at);

-- The quote that everybody gets now; the row is also where two who make one at once meet.
create table current_fee_quote (
  book_id text collate "C" not null references book,
  asset text collate "C" not null,
  quote_id text collate "C" not null,
  expires_at timestamptz(3) not null,
  primary key (book_id, asset)
);

-- The prices by which a case was judged anew, as JSON text; those of a payment stand beside it.
alter table payment_exception add column resolved_prices text;
alter table payment_exception add constraint payment_exception_prices
  check (resolved_prices is null or resolution = 'reprice');
