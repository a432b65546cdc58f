-- When things happened of which only the outcome was kept: what an explanation tells in its order.

-- When it was found in the block that holds it, and when it came to its end.
alter table outgoing add column mined_at timestamptz;
alter table outgoing add column ended_at timestamptz;
alter table outgoing add constraint outgoing_mined_at
  check (mined_at is null or block_hash is not null);

-- When it was signed, and when it was first handed to a node.
alter table outgoing_attempt add column signed_at timestamptz;
alter table outgoing_attempt add column broadcast_at timestamptz;
alter table outgoing_attempt add constraint outgoing_attempt_times
  check ((signed_at is null or signed is not null) and (broadcast_at is null or broadcast is not null));

-- How a sandbox's clock was moved: how far it is ahead of the machine's clock, since when by that
-- clock. What was written down with the machine's time is told in the book's by it.
create table book_clock_move (
  book_id text not null references book,
  offset_ms bigint not null check (offset_ms > 0),
  moved_at timestamptz(3) not null,
  primary key (book_id, offset_ms)
);
