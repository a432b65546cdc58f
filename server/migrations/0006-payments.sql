-- Payments under their three faces (checkout session, invoice, payment), what arrived for them, the
-- exceptions inbox and refunds. Ids compare by bytes (collate "C").

create table payment_setting (
  book_id text collate "C" primary key,
  -- How long a quote holds.
  quote_window_ms bigint not null check (quote_window_ms between 60000 and 2678400000)
);

-- What may be missing of an amount due, the larger of both; no row: nothing may.
create table payment_tolerance (
  book_id text collate "C" not null,
  asset text collate "C" not null,
  parts_per_million int not null check (parts_per_million between 0 and 1000000),
  absolute_units numeric(78, 0) not null check (absolute_units >= 0),
  primary key (book_id, asset)
);

create table payment (
  book_id text collate "C" not null,
  -- chk_… inv_… pay_…, by face.
  payment_id text collate "C" not null,
  face text collate "C" not null check (face in ('checkout', 'invoice', 'payment')),
  currency text not null,
  price_units numeric(78, 0) not null check (price_units > 0),
  price_decimals int not null check (price_decimals between 0 and 30),
  -- US dollars a unit of the currency when the quote was made; null where nothing was converted.
  currency_usd text,
  status text collate "C" not null
    check (status in ('awaiting', 'confirming', 'confirmed', 'expired', 'failed')),
  exception text collate "C" not null default 'none'
    check (exception in ('none', 'underpaid', 'overpaid', 'late', 'wrong_asset', 'reverted')),
  ruling text collate "C" check (ruling in ('accepted', 'declined')),
  product_name text,
  description text,
  customer_id text collate "C",
  -- The JSON text as it was sent: numbers and the order of members come back as they came.
  metadata text not null check (octet_length(metadata) <= 16384),
  -- A person's address: sealed, and in no event.
  sealed_email bytea,
  success_url text,
  cancel_url text,
  redirect_url text,
  callback_url text,
  created_at timestamptz(3) not null,
  -- From here on what arrives is late.
  expires_at timestamptz(3) not null check (expires_at > created_at),
  -- The payer said "I have paid", first at that time, with these assets.
  claimed_at timestamptz(3),
  claimed_assets text[] collate "C" not null default '{}',
  -- When time alone may change the status.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, payment_id),
  check ((claimed_at is null) = (claimed_assets = '{}'))
)
-- The status changes a few times; room on the page keeps that off the indexes that do not hold it.
with (fillfactor = 85);
create index payment_listed on payment (book_id, created_at, payment_id);
create index payment_of_customer on payment (book_id, customer_id, created_at, payment_id)
  where customer_id is not null;
create index payment_due on payment (due_at) where due_at is not null;

-- One way to pay, quoted once.
create table payment_option (
  book_id text collate "C" not null,
  payment_id text collate "C" not null,
  -- Its place in the list that the payer sees.
  position int not null check (position >= 0),
  asset text collate "C" not null,
  address text collate "C" not null,
  due_units numeric(78, 0) not null check (due_units > 0),
  -- What may be missing of it.
  tolerated_units numeric(78, 0) not null check (tolerated_units >= 0),
  -- US dollars a whole one when the quote was made; null where nothing was converted.
  asset_usd text,
  primary key (book_id, payment_id, asset),
  check (tolerated_units < due_units)
);

-- A deposit that was reported to payments: to one of their addresses, or to nobody's.
create table payment_deposit (
  book_id text collate "C" not null,
  deposit_id text collate "C" not null,
  -- Null: the address belongs to no payment.
  payment_id text collate "C",
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  address text collate "C" not null,
  tx_hash text collate "C" not null,
  level text collate "C" not null
    check (level in ('seen', 'confirmed', 'safe', 'final', 'reverted')),
  mined boolean not null,
  block_height bigint,
  seen_at timestamptz(3) not null,
  -- Where its coins lie, set exactly while it is final: the merchant's, and the rest in `held_in`.
  available_units numeric(78, 0) check (available_units >= 0),
  held_units numeric(78, 0) check (held_units >= 0),
  held_in text collate "C",
  -- Whose wallet, where `held_in` is a wallet.
  held_owner text collate "C",
  -- It was final and a fork took it back.
  loss text collate "C" check (loss in ('open', 'closed')),
  primary key (book_id, deposit_id),
  check ((level = 'final') = (available_units is not null)),
  check ((available_units is null) = (held_units is null)),
  check (available_units is null or available_units + held_units = units),
  check ((coalesce(held_units, 0) > 0) = (held_in is not null)),
  check ((held_in is not distinct from 'customer.wallet') = (held_owner is not null))
);
create index payment_deposit_of_payment on payment_deposit (book_id, payment_id)
  where payment_id is not null;

-- The exceptions inbox: one row for each case, open or decided.
create table payment_exception (
  book_id text collate "C" not null,
  exception_id text collate "C" not null,
  kind text collate "C" not null
    check (kind in ('short', 'long', 'late', 'foreign', 'unmatched', 'reverted')),
  payment_id text collate "C",
  -- The deposit it is about; a short one is about all parts of its payment.
  deposit_id text collate "C",
  state text collate "C" not null check (state in ('open', 'resolved')),
  -- What decided it: a verb, or `settled` when later facts did.
  resolution text collate "C"
    check (resolution in ('accept', 'reprice', 'refund', 'credit', 'ignore', 'settled')),
  -- For `credit` to a customer's wallet.
  resolution_customer_id text collate "C",
  -- The coins that the case was about, as JSON text, kept when it was decided.
  resolved_coins text,
  opened_at timestamptz(3) not null,
  resolved_at timestamptz(3),
  primary key (book_id, exception_id),
  check ((kind = 'short') = (deposit_id is null)),
  check (payment_id is not null or deposit_id is not null),
  check ((state = 'resolved') = (resolution is not null)),
  check ((state = 'resolved') = (resolved_at is not null)),
  check ((state = 'resolved') = (resolved_coins is not null))
);
-- Nobody is asked twice about the same thing at a time.
create unique index payment_exception_of_deposit on payment_exception (book_id, deposit_id, kind)
  where state = 'open' and deposit_id is not null;
create unique index payment_exception_of_payment on payment_exception (book_id, payment_id)
  where state = 'open' and deposit_id is null;
create index payment_exception_listed on payment_exception (book_id, opened_at, exception_id);

-- Money owed back to a payer: in `refunds.payable` until it is sent.
create table refund (
  book_id text collate "C" not null,
  refund_id text collate "C" not null,
  exception_id text collate "C" not null,
  payment_id text collate "C",
  deposit_id text collate "C" not null,
  asset text collate "C" not null,
  units numeric(78, 0) not null check (units > 0),
  -- Where to; null: not known yet.
  address text collate "C",
  state text collate "C" not null check (state in ('awaiting_payout')),
  created_at timestamptz(3) not null,
  primary key (book_id, refund_id)
);
create index refund_of_exception on refund (book_id, exception_id);
