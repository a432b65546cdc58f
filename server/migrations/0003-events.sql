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
  snapshot text not null,
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
