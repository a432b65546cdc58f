alter table webhook_endpoint
  add column description text not null default '' check (length(description) <= 500),
  -- Why nothing is sent to it: somebody asked for that, or it failed for days. Null: it is enabled.
  add column disabled_reason text check (disabled_reason in ('asked', 'failing')),
  add column disabled_at timestamptz,
  add check ((disabled_reason is null) = (disabled_at is null));

alter table event
  -- The endpoint at which this event tries the receiver. It tells of nothing that happened: it is
  -- sent to that endpoint alone, once, and the log that is read leaves it out.
  add column test_for text;

alter table delivery_lane
  -- Since when, in the book's time, messages were sent and none was acknowledged.
  add column failing_since timestamptz,
  -- The owner was told of that.
  add column told_failing boolean not null default false,
  add check (failing_since is not null or not told_failing);

-- The deliveries to one target, and among them those that did not arrive. Ids of events sort by time.
create index delivery_target on delivery (book_id, target, event_id desc);
create index delivery_ended on delivery (book_id, target, event_id desc)
  where state in ('failed', 'canceled');

-- A part of the log that is sent to an endpoint again, a piece at a time.
create table webhook_resend (
  book_id text not null,
  endpoint_id text not null,
  resend_id text not null,
  -- Only what the endpoint never acknowledged.
  missed_only boolean not null,
  -- What narrows it; null: nothing does. `type` may end in a star.
  event_ids text[] check (cardinality(event_ids) between 1 and 100),
  object_id text,
  type text,
  from_at timestamptz,
  to_at timestamptz,
  -- How far in the log it has come, and where the log ended when it was asked for.
  position bigint not null check (position >= 0),
  until_position bigint not null check (until_position >= 0),
  -- Deliveries that were started.
  sent int not null default 0 check (sent >= 0),
  state text not null check (state in ('running', 'completed', 'canceled')),
  -- The book's time.
  created_at timestamptz not null,
  ended_at timestamptz,
  -- The machine's time.
  due_at timestamptz,
  lease_until timestamptz,
  tries int not null default 0,
  primary key (book_id, resend_id),
  foreign key (book_id, endpoint_id) references webhook_endpoint,
  check ((state = 'running') = (due_at is not null)),
  check ((state = 'running') = (ended_at is null))
);
create index webhook_resend_due on webhook_resend (due_at) where due_at is not null;
create index webhook_resend_endpoint on webhook_resend (book_id, endpoint_id, resend_id desc);
