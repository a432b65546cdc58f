import type { BookId } from '../book.ts'
import type { ShellCtx } from '../context.ts'
import type { DbTx, Queryable } from '../db.ts'
import { hasFreshMail, insertMail, newestMail, withdrawMails } from './mail.store.ts'
import type { Mail, MailStanding } from './mailer.ts'

/** The purpose under which a mail is sealed until it has gone. */
export const MAIL_PURPOSE = 'mail.message'

/**
 * Has a mail sent once the caller's dbTx is committed. An earlier one about the same object that
 * still waits is taken back.
 */
export async function queueMail(
  ctx: Pick<ShellCtx, 'clock' | 'ids' | 'sealer'>,
  dbTx: DbTx,
  mail: Mail & Readonly<{ bookId: BookId; objectId: string }>,
): Promise<void> {
  const { bookId, objectId, to, subject, text } = mail
  const now = ctx.clock.now()
  await withdrawMails(dbTx, { bookId, objectId, now })
  await insertMail(dbTx, {
    bookId,
    objectId,
    mailId: ctx.ids.next('mail'),
    sealedMessage: ctx.sealer.seal(MAIL_PURPOSE, JSON.stringify({ to, subject, text })),
    now,
  })
}

/** Whether the newest mail about an object has gone; absent where there was none. */
export const mailAbout = (
  db: Queryable,
  of: Readonly<{ bookId: BookId; objectId: string }>,
): Promise<MailStanding | undefined> => newestMail(db, of)

const LOOK_MS = 50
const LOOKS_MAX = 60

/**
 * Waits, some seconds at most, until what a book has to send is sent. The work is another
 * process's, so that the time it may take is bounded here.
 */
export async function untilMailsAreSent(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  bookId: BookId,
): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (!(await hasFreshMail(ctx.db, bookId))) return
    await ctx.clock.sleep(LOOK_MS)
  }
}
