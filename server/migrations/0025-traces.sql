-- Where in which trace a row came to be, as W3C `traceparent`: whoever works on the row goes on with
-- that trace. Null: nothing was recorded.
alter table payout add column trace text collate "C" check (length(trace) <= 60);
alter table outgoing add column trace text collate "C" check (length(trace) <= 60);
alter table event add column trace text collate "C" check (length(trace) <= 60);
