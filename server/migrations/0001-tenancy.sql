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
  unique (org_id, environment)
);
