-- Signed requests that were let in: none may come a second time while its timestamp still counts.
-- Kept by the minute of that timestamp, so that what has expired lies together.
create table seen_signature (
  book_id text not null,
  minute int not null,
  signature bytea not null check (length(signature) = 32),
  primary key (book_id, minute, signature)
);

-- What an Idempotency-Key stands for: one request, and its answer once there is one.
create table idempotency_record (
  book_id text not null,
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  -- Keyed hash of method, target and body.
  request_hash bytea not null,
  -- Who works on it, and until when nobody else may; a process that died is overtaken then.
  claim text not null,
  claimed_until timestamptz not null,
  status int check (status between 200 and 599),
  sealed_answer bytea,
  expires_at timestamptz not null,
  primary key (book_id, idempotency_key),
  check ((status is null) = (sealed_answer is null))
);
create index idempotency_record_expired on idempotency_record (expires_at);

-- Requests counted per key and per address, over all processes; scope is a hash for addresses.
create table request_count (
  scope text not null,
  minute int not null,
  requests bigint not null check (requests >= 0),
  primary key (scope, minute)
);
create index request_count_minute on request_count (minute);

-- The row that is due when the tables above want purging.
create table api_upkeep (
  task text primary key,
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0
);
insert into api_upkeep (task, due_at) values ('purge', 'epoch');
