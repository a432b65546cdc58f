-- The last sequence number given to an object's events. Its row lock orders the object's changes.
create table event_object (
  book_id text not null references book,
  object_id text not null,
  sequence int not null check (sequence > 0),
  last_at timestamptz not null,
  primary key (book_id, object_id)
);

create table event (
  book_id text not null references book,
  event_id text not null,
  type text not null check (type ~ '^[a-z_]+(\.[a-z_]+)+$'),
  object_id text not null,
  sequence int not null check (sequence > 0),
  -- The object as JSON text, as it was written: jsonb would be free to respell its numbers.
  snapshot text not null check (length(snapshot) <= 1048576),
  callback_url text,
  -- The book's time; never earlier than that of the object's event before.
  created_at timestamptz not null,
  -- Place in the book's log; null until the sequencer, right behind the writers, has seen it.
  position bigint check (position > 0),
  primary key (book_id, event_id),
  unique (book_id, object_id, sequence)
);
create unique index event_position on event (book_id, position) where position is not null;
create index event_unsequenced on event (book_id, created_at, object_id, sequence)
  where position is null;

-- How far the sequencer has come; its row lock makes one sequencer a book.
create table event_log (
  book_id text primary key references book,
  position bigint not null check (position >= 0)
);

create table webhook_endpoint (
  book_id text not null references book,
  endpoint_id text not null,
  url text not null,
  -- Event types it wants: exact ones, `payment.*`, or `*`.
  events text[] not null check (cardinality(events) between 1 and 100),
  -- Null: what the book's own secrets sign.
  sealed_secret bytea,
  -- The secret before it, which signs beside it until then.
  sealed_secret_before bytea,
  before_retires_at timestamptz,
  created_at timestamptz not null,
  -- A deleted endpoint gets nothing more; it stays for the history of its deliveries.
  deleted_at timestamptz,
  primary key (book_id, endpoint_id),
  check ((sealed_secret_before is null) = (before_retires_at is null)),
  check (sealed_secret is not null or sealed_secret_before is null)
);
create unique index webhook_endpoint_url on webhook_endpoint (book_id, url) where deleted_at is null;

-- One event for one target: an endpoint, or the callback URL of the event's object.
create table delivery (
  book_id text not null,
  event_id text not null,
  -- An endpoint's id, or `callback`.
  target text not null,
  -- What queues together: an endpoint's id, or the origin of a callback URL.
  lane text not null,
  state text not null check (state in ('pending', 'delivered', 'failed', 'canceled')),
  attempts int not null default 0 check (attempts >= 0),
  -- The schedule starts anew when a delivery is asked for again.
  round_attempts int not null default 0 check (round_attempts between 0 and attempts),
  round_started_at timestamptz,
  due_at timestamptz,
  primary key (book_id, event_id, target),
  foreign key (book_id, event_id) references event,
  check ((state = 'pending') = (due_at is not null)),
  check ((round_attempts = 0) = (round_started_at is null))
);
create index delivery_due on delivery (book_id, lane, due_at) where due_at is not null;

create table delivery_attempt (
  book_id text not null,
  event_id text not null,
  target text not null,
  attempt int not null check (attempt > 0),
  -- The book's time.
  started_at timestamptz not null,
  duration_ms int not null check (duration_ms >= 0),
  status int,
  failure text,
  answer_head text,
  primary key (book_id, event_id, target, attempt),
  foreign key (book_id, event_id, target) references delivery,
  check ((status is null) = (failure is not null)),
  check ((status is null) = (answer_head is null))
);

-- The queue of one target. `due_at` is never later than that of its earliest pending delivery,
-- unless somebody holds the lease and will set it before letting go.
create table delivery_lane (
  book_id text not null references book,
  lane text not null,
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  -- Nothing was acknowledged the last time: such lanes get only a share of the room.
  failing boolean not null default false,
  primary key (book_id, lane)
);
create index delivery_lane_due on delivery_lane (due_at) where due_at is not null;
