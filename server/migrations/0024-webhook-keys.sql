-- Keys of a book that sign messages (ed25519): whoever receives them needs to keep no secret. A key
-- is of one book, so that what one organization gets is worth nothing at another's receiver.
create table webhook_key (
  book_id text not null references book,
  -- whk_…
  key_id text not null,
  public_key bytea not null check (octet_length(public_key) = 32),
  sealed_private_key bytea not null,
  -- Times of the machine's clock.
  created_at timestamptz not null,
  -- From then on it signs nothing more; null for the current one.
  retires_at timestamptz,
  primary key (book_id, key_id)
);
create unique index webhook_key_current on webhook_key (book_id) where retires_at is null;

alter table webhook_endpoint
  -- How what it gets is signed: with a secret that it shares, or with the book's keys.
  add column signature text not null default 'hmac' check (signature in ('hmac', 'ed25519'));
