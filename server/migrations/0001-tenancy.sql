-- A book is one organization in one environment; every tenant table leads its key with book_id.
create table organization (
  org_id text primary key,
  name text not null,
  created_at timestamptz not null
);

create table book (
  book_id text primary key,
  org_id text not null references organization,
  environment text not null check (environment in ('live', 'test')),
  -- Hardened account of this book's derivation paths; unique over the installation.
  derivation_account int not null unique check (derivation_account >= 0),
  -- How far the sandbox's clock was moved ahead.
  clock_offset_ms bigint not null default 0
    check (clock_offset_ms >= 0 and (environment = 'test' or clock_offset_ms = 0)),
  created_at timestamptz not null,
  -- Whether only the addresses of ip_range may use this book's keys.
  ip_list_enabled boolean not null default false,
  unique (org_id, environment)
);

-- The next derivation account; its one row is locked by whoever makes a book.
create table derivation_counter (
  only_row boolean primary key default true check (only_row),
  next_account int not null check (next_account >= 0)
);
insert into derivation_counter (next_account) values (0);

create table api_key (
  book_id text not null references book,
  key_id text not null,
  name text not null,
  -- The secret is found by a keyed hash, and kept sealed: it is the key of the request signatures.
  lookup_hash bytea not null unique,
  sealed_secret bytea not null,
  last_four text not null,
  demands_signed_reads boolean not null default false,
  rate_limit_per_minute int check (rate_limit_per_minute > 0),
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (book_id, key_id)
);

-- Addresses and CIDR ranges, in canonical text, that may use the book's keys.
create table ip_range (
  book_id text not null references book,
  range text not null,
  created_at timestamptz not null,
  primary key (book_id, range)
);

-- Secrets that sign what we send to the book's endpoints; two are live during a rotation.
create table webhook_secret (
  book_id text not null references book,
  secret_id text not null,
  sealed_secret bytea not null,
  created_at timestamptz not null,
  -- From then on it signs nothing more; null for the current one.
  retires_at timestamptz,
  primary key (book_id, secret_id)
);
create unique index webhook_secret_current on webhook_secret (book_id) where retires_at is null;

create table person (
  org_id text not null references organization,
  person_id text not null,
  -- Found by a keyed hash of the lower-case address, which itself is kept sealed.
  email_hash bytea not null unique,
  sealed_email bytea not null,
  -- scrypt, with its parameters and its salt.
  password_hash text not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null,
  primary key (org_id, person_id)
);
