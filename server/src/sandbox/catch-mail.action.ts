import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { BOOK_HEADER, OBJECT_HEADER } from '../shell/mail/mailer.ts'
import { untilMailsAreSent } from '../shell/mail/queue-mail.action.ts'
import type { CaughtMessage } from '../shell/mail/smtp-catcher.ts'
import { sandboxById } from './sandbox-book.store.ts'
import { insertCaughtMail, listCaughtMails, readCaughtMails } from './caught-mail.store.ts'

/** A mail that the sandbox caught instead of sending it. */
export type CaughtMail = Readonly<{
  mailId: string
  to: string
  subject: string
  text: string
  /** The one-time code in it. */
  code: string | undefined
  /** The payout or batch that it is about. */
  objectId: string
  createdAt: Instant
}>

const PURPOSE = 'caught_mail.message'
const Message = z.object({ to: z.string(), subject: z.string(), text: z.string() })

/** Keeps what the sandbox's mail server took, for the book that its header names. */
export const catchMail =
  (ctx: Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>) =>
  async ({ to, headers, text }: CaughtMessage): Promise<void> => {
    const subject = headers.get('subject') ?? ''
    const objectId = headers.get(OBJECT_HEADER.toLowerCase()) ?? ''
    const message = JSON.stringify({ to: to.join(', '), subject, text })
    await inDbTx(ctx, async (dbTx) => {
      const book = await sandboxById(dbTx, headers.get(BOOK_HEADER.toLowerCase()) ?? '')
      if (book === undefined) throw new Error('a mail of no sandbox was handed to its mail server')
      await insertCaughtMail(dbTx, {
        bookId: book.bookId,
        objectId,
        mailId: ctx.ids.next('mail'),
        sealedMessage: ctx.sealer.seal(PURPOSE, message),
        createdAt: bookNow(ctx.clock, book),
      })
    })
  }

/**
 * The mails that a sandbox caught, newest first. What is on its way to it is waited for: whoever
 * has just made a payout finds its code. @throws sandbox.mail_place_unknown
 */
export async function caughtMails(
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'sealer'>,
  { bookId }: Pick<Book, 'bookId'>,
  place: ListPlace,
): Promise<Readonly<{ mails: readonly CaughtMail[]; total: number; next: string | undefined }>> {
  await untilMailsAreSent(ctx, bookId)
  const refuse = (cursor: string): Error => new AppError('sandbox.mail_place_unknown', { cursor })
  const { ids, total, next } = await listCaughtMails(ctx.db, bookId, { place, refuse })
  const rows = new Map(
    (await readCaughtMails(ctx.db, bookId, ids)).map((row) => [row.mail_id, row]),
  )
  const mails = ids.flatMap((id) => {
    const row = rows.get(id)
    if (row === undefined) return []
    const message = Message.parse(JSON.parse(ctx.sealer.open(PURPOSE, row.sealed_message)))
    const [, code] = /^\s*(\d{6})\s*$/m.exec(message.text) ?? []
    return [{ mailId: id, ...message, code, objectId: row.object_id, createdAt: row.created_at }]
  })
  return { mails, total, next }
}
