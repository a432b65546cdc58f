-- What stands between a payout and its sending: mails with codes, approvals, the policy.

-- Mails that are to be sent: written with the change that they tell of.
create table mail (
  book_id text collate "C" not null references book,
  -- mail_…
  mail_id text collate "C" not null,
  -- What it is about: a payout or a batch.
  object_id text collate "C" not null,
  -- Receiver, subject and text; nothing of them is kept once the mail has gone, or cannot.
  sealed_message bytea,
  state text collate "C" not null check (state in ('waiting', 'sent', 'failed')),
  -- What the mail server said when it last refused.
  problem text,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, mail_id),
  check ((sealed_message is not null) = (state = 'waiting')),
  check ((due_at is not null) = (state = 'waiting')),
  check ((ended_at is null) = (state = 'waiting')),
  check (state <> 'failed' or problem is not null)
);
create index mail_due on mail (due_at) where due_at is not null;
create index mail_of_object on mail (book_id, object_id, created_at);

-- Mails of sandboxes, as the sandbox's own mail server took them.
create table caught_mail (
  book_id text collate "C" not null references book,
  -- mail_…
  mail_id text collate "C" not null,
  object_id text collate "C" not null,
  sealed_message bytea not null,
  created_at timestamptz(3) not null,
  primary key (book_id, mail_id)
);
create index caught_mail_listed on caught_mail (book_id, created_at, mail_id);

-- Keys that may approve what others ask for.
alter table api_key add column is_approver boolean not null default false;

-- An authenticator of a person, in one book of the organization.
create table person_totp (
  book_id text collate "C" not null references book,
  person_id text collate "C" not null,
  sealed_secret bytea not null,
  -- Whether its holder proved to have it.
  confirmed boolean not null,
  -- The half minute of the newest code that was taken; no code is taken twice.
  used_step bigint not null,
  created_at timestamptz(3) not null,
  primary key (book_id, person_id)
);

-- What is required of somebody before a payout, or all payouts of a batch, are sent.
create table payout_review (
  book_id text collate "C" not null references book,
  -- po_… or batch_…
  subject_id text collate "C" not null,
  initiator text collate "C" not null,
  -- Hash of everything that matters of the payouts.
  content_hash bytea not null,
  needs_code boolean not null,
  -- How many others must approve.
  approvers int not null check (approvers >= 0),
  -- Of the policy by which that was judged; 0: the one of new organizations.
  policy_version int not null check (policy_version >= 0),
  state text collate "C" not null check (state in ('open', 'passed', 'canceled')),
  -- Keyed hash of the code that was mailed last; null where none was, or it is void.
  code_hash bytea,
  code_expires_at timestamptz(3),
  code_sent_at timestamptz(3),
  resends int not null default 0 check (resends between 0 and 3),
  wrong_codes int not null default 0 check (wrong_codes between 0 and 5),
  code_taken_at timestamptz(3),
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  -- When it is canceled if nobody did what is required.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, subject_id),
  check (needs_code or approvers > 0),
  check ((code_hash is null) or (code_expires_at is not null and code_sent_at is not null)),
  check ((ended_at is null) = (state = 'open')),
  check (due_at is null or state = 'open'),
  check (state <> 'passed' or not needs_code or code_taken_at is not null)
);
create index payout_review_due on payout_review (due_at) where due_at is not null;
create index payout_review_open on payout_review (book_id, subject_id) where state = 'open';

create table payout_approval (
  book_id text collate "C" not null,
  subject_id text collate "C" not null,
  -- The API key that approved.
  approver text collate "C" not null,
  approved_at timestamptz(3) not null,
  primary key (book_id, subject_id, approver),
  foreign key (book_id, subject_id) references payout_review
);

-- Wrong codes in a book within a day, whatever payouts they were tried on.
create table payout_code_guard (
  book_id text collate "C" not null references book,
  since timestamptz(3) not null,
  wrong_codes int not null check (wrong_codes >= 0),
  primary key (book_id)
);

-- The policy in force; a book without a row has the one that new organizations have.
create table payout_policy (
  book_id text collate "C" not null references book,
  version int not null check (version > 0),
  -- JSON, as `GET /v1/payout-policy` shows it.
  rules text not null,
  in_force_since timestamptz(3) not null,
  primary key (book_id)
);

create table payout_policy_change (
  book_id text collate "C" not null references book,
  -- polc_…
  change_id text collate "C" not null,
  rules text not null,
  proposed_by text collate "C" not null,
  -- How many others must approve: what the policy in force said when it was proposed.
  approvers int not null check (approvers >= 0),
  state text collate "C" not null check (state in ('proposed', 'waiting', 'in_force', 'canceled')),
  problem text,
  created_at timestamptz(3) not null,
  effective_at timestamptz(3),
  ended_at timestamptz(3),
  due_at timestamptz(3),
  lease_until timestamptz(3),
  tries int not null default 0,
  primary key (book_id, change_id),
  check ((ended_at is null) = (state in ('proposed', 'waiting'))),
  check (state <> 'waiting' or (effective_at is not null and due_at is not null)),
  check (due_at is null or state = 'waiting'),
  check (state <> 'canceled' or problem is not null)
);
create unique index payout_policy_change_open on payout_policy_change (book_id)
  where state in ('proposed', 'waiting');
create index payout_policy_change_due on payout_policy_change (due_at) where due_at is not null;

create table payout_policy_approval (
  book_id text collate "C" not null,
  change_id text collate "C" not null,
  approver text collate "C" not null,
  approved_at timestamptz(3) not null,
  primary key (book_id, change_id, approver),
  foreign key (book_id, change_id) references payout_policy_change
);

-- Where money may go when the policy lets it go to listed destinations only.
create table payout_destination (
  book_id text collate "C" not null references book,
  -- dest_…
  destination_id text collate "C" not null,
  chain text collate "C" not null,
  address text collate "C" not null,
  label text,
  added_by text collate "C" not null,
  added_at timestamptz(3) not null,
  primary key (book_id, destination_id),
  constraint payout_destination_once unique (book_id, chain, address)
);

-- What the policy counts within an hour and a day.
create index payout_counted on payout (book_id, created_at) include (worth_cents)
  where status not in ('failed', 'canceled');
