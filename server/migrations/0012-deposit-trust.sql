-- When deposits are credited: how deep they must lie, and what several nodes must agree on.

-- Below which amounts a book credits deposits before the chain calls them final; no row: never.
create table confirmation_policy (
  book_id text not null references book,
  asset text not null,
  -- Less than this is credited in any block, less than the other when the block is safe.
  confirmed_below numeric(78, 0) not null check (confirmed_below >= 0),
  safe_below numeric(78, 0) not null,
  primary key (book_id, asset),
  check (safe_below >= confirmed_below)
);

-- The block in which two nodes showed the deposit, and how sure both called it.
alter table deposit add column agreed_hash text;
alter table deposit add column agreed_level text
  check (agreed_level in ('confirmed', 'safe', 'final'));
alter table deposit add constraint deposit_agreed
  check ((agreed_hash is null) = (agreed_level is null));

-- Assets whose deposits are not credited on a chain, since its nodes contradict one another.
create table crediting_halt (
  realm text not null,
  chain text not null,
  asset text not null,
  halt_id text not null,
  reason text not null,
  halted_at timestamptz not null,
  -- When somebody decided to go on; null while it stands.
  resumed_at timestamptz,
  primary key (realm, chain, asset, halt_id)
);
create unique index crediting_halt_once on crediting_halt (realm, chain, asset)
  where resumed_at is null;
