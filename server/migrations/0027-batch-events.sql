-- The state of the batch that an event told last; its row lock makes one change of state one event.
alter table payout_batch add column told_status text collate "C" check (told_status in
  ('pending_verification', 'processing', 'completed', 'partially_completed', 'failed', 'canceled'));
