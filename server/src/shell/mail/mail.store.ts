import type { BookId, Environment } from '../book.ts'
import type { Instant } from '../clock.ts'
import type { DbTx, Queryable } from '../db.ts'
import type { MailStanding } from './mailer.ts'

/** The key of a mail. */
export type MailKey = Readonly<{ book_id: BookId; mail_id: string }>

/** A mail that waits. */
export type WaitingMail = Readonly<{
  object_id: string
  sealed_message: Buffer
  environment: Environment
}>

/** Writes a mail that is to be sent at once. */
export async function insertMail(
  dbTx: DbTx,
  mail: Readonly<{
    bookId: BookId
    mailId: string
    objectId: string
    sealedMessage: Uint8Array
    now: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `insert into mail (book_id, mail_id, object_id, sealed_message, state, created_at, due_at)
     values ($1, $2, $3, $4, 'waiting', $5, $5)`,
    [mail.bookId, mail.mailId, mail.objectId, mail.sealedMessage, new Date(mail.now)],
  )
}

/** Takes back mails about an object that still wait: what they say holds no more. */
export async function withdrawMails(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; objectId: string; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update mail set state = 'failed', problem = 'another mail took its place',
       sealed_message = null, due_at = null, ended_at = $3
     where book_id = $1 and object_id = $2 and state = 'waiting'`,
    [of.bookId, of.objectId, new Date(of.now)],
  )
}

/** A mail that waits; absent when it waits no more. */
export async function readWaiting(db: Queryable, key: MailKey): Promise<WaitingMail | undefined> {
  const rows = await db.query<WaitingMail>(
    `select m.object_id, m.sealed_message, b.environment
     from mail m join book b on b.book_id = m.book_id
     where m.book_id = $1 and m.mail_id = $2 and m.state = 'waiting'`,
    [key.book_id, key.mail_id],
  )
  return rows[0]
}

/** Ends a mail and empties it. */
export async function endMail(
  dbTx: DbTx,
  key: MailKey,
  end: Readonly<{ state: 'sent' | 'failed'; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update mail set state = $3, sealed_message = null, due_at = null, ended_at = $4,
       problem = case when $3 = 'failed' then coalesce(problem, 'it could not be sent') end
     where book_id = $1 and mail_id = $2 and state = 'waiting'`,
    [key.book_id, key.mail_id, end.state, new Date(end.now)],
  )
}

/** Notes what kept a mail from being sent; it is tried again. */
export async function noteProblem(dbTx: DbTx, key: MailKey, problem: string): Promise<void> {
  await dbTx.query(
    `update mail set problem = $3 where book_id = $1 and mail_id = $2 and state = 'waiting'`,
    [key.book_id, key.mail_id, problem],
  )
}

/** Whether mails of a book wait whose sending has met no problem yet. */
export async function hasFreshMail(db: Queryable, bookId: BookId): Promise<boolean> {
  const rows = await db.query(
    `select 1 as one from mail
     where book_id = $1 and due_at is not null
       and state = 'waiting' and problem is null limit 1`,
    [bookId],
  )
  return rows.length > 0
}

/** How the newest mail about an object stands; absent where there is none. */
export async function newestMail(
  db: Queryable,
  of: Readonly<{ bookId: BookId; objectId: string }>,
): Promise<MailStanding | undefined> {
  const [row] = await db.query<{ state: MailStanding['state']; problem: string | null }>(
    `select state, problem from mail where book_id = $1 and object_id = $2
     order by created_at desc, mail_id desc limit 1`,
    [of.bookId, of.objectId],
  )
  return row && { state: row.state, problem: row.problem ?? undefined }
}
