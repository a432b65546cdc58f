import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'

/** A caught mail as it is kept. */
export type CaughtMailRow = Readonly<{
  mail_id: string
  object_id: string
  sealed_message: Buffer
  created_at: Instant
}>

/** Keeps a mail. */
export async function insertCaughtMail(
  dbTx: DbTx,
  mail: Readonly<{
    bookId: BookId
    mailId: string
    objectId: string
    sealedMessage: Uint8Array
    createdAt: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `insert into caught_mail (book_id, mail_id, object_id, sealed_message, created_at)
     values ($1, $2, $3, $4, $5)`,
    [mail.bookId, mail.mailId, mail.objectId, mail.sealedMessage, new Date(mail.createdAt)],
  )
}

/** One page of the mails of a book, newest first. @throws what `refuse` makes */
export const listCaughtMails = (
  db: Queryable,
  bookId: BookId,
  at: Readonly<{ place: ListPlace; refuse: (cursor: string) => Error }>,
): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'caught_mail',
      id: 'mail_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: '',
      params: [bookId],
    },
    at,
  )

/** The mails with these ids, in any order. */
export const readCaughtMails = (
  db: Queryable,
  bookId: BookId,
  mailIds: readonly string[],
): Promise<CaughtMailRow[]> =>
  db.query<CaughtMailRow>(
    `select mail_id, object_id, sealed_message, created_at from caught_mail
     where book_id = $1 and mail_id = any($2)`,
    [bookId, mailIds],
  )
