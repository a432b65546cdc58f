-- Prices are US dollars for one whole unit, as exact decimal text above zero: NUMERIC is read as
-- whole units everywhere, and a rate is not one.

-- The price of a currency that a book accepted last: the next one is measured against it.
create table accepted_price (
  book_id text not null references book,
  currency text not null check (currency <> ''),
  usd text not null check (usd ~ '^[0-9]{1,78}([.][0-9]{1,78})?$' and usd ~ '[1-9]'),
  accepted_at timestamptz not null,
  primary key (book_id, currency)
);

-- What the owner of a sandbox set; no price: the currency has no rate until one is set again.
create table sandbox_price (
  book_id text not null references book,
  currency text not null check (currency <> '' and currency <> 'USD'),
  usd text check (usd ~ '^[0-9]{1,78}([.][0-9]{1,78})?$' and usd ~ '[1-9]'),
  set_at timestamptz not null,
  primary key (book_id, currency)
);
