-- Many transactions of a key wait side by side: the key is taken until a node has accepted one.

-- Which address it waits for, that another one sends from now: woken when that is free again.
alter table outgoing add column waits_for text;
-- Since when its sender could not pay for it, try after try; null: nothing says so.
alter table outgoing add column poor_since timestamptz check (poor_since is null or state = 'planned');
create index outgoing_waiting on outgoing (realm, chain, waits_for, created_at)
  where waits_for is not null;
create index outgoing_live on outgoing (realm, chain)
  where state in ('built', 'signed', 'sent', 'mined');

-- What a transaction takes from keys of ours until it is mined, fees included; amounts as texts.
alter table outgoing_attempt add column spends jsonb not null default '[]';

-- earlier: signed before this database knew of it, as the signer's log says; its bytes are lost.
alter table outgoing_attempt alter column unsigned drop not null;
alter table outgoing_attempt alter column intent drop not null;
alter table outgoing_attempt drop constraint outgoing_attempt_broadcast_check;
alter table outgoing_attempt drop constraint outgoing_attempt_check;
alter table outgoing_attempt drop constraint outgoing_attempt_check1;
alter table outgoing_attempt add constraint outgoing_attempt_mark
  check (broadcast in ('begun', 'repeated', 'accepted', 'refused', 'earlier'));
alter table outgoing_attempt add constraint outgoing_attempt_bytes check (
  case when broadcast is not distinct from 'earlier'
    then unsigned is null and intent is null and signed is null and tx_hash is not null
    else unsigned is not null and intent is not null and (signed is null) = (tx_hash is null)
      and (broadcast is null or signed is not null) end);
