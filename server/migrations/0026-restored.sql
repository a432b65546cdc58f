-- What a database that came out of a backup must not do by itself.

-- While there is a row, nothing new is signed: the chain may know of payments that these rows, which
-- are older than it, have forgotten. One row at most.
create table sending_halt (
  place int primary key default 1 check (place = 1),
  halted_at timestamptz not null,
  reason text not null
);

-- Each time this database was brought back.
create table restoration (
  backup_id text primary key,
  taken_at timestamptz not null,
  restored_at timestamptz not null
);
