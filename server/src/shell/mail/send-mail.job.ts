import { z } from 'zod'
import type { ShellCtx } from '../context.ts'
import { inDbTx } from '../db.ts'
import type { Job } from '../job-loop.ts'
import { endMail, noteProblem, readWaiting, type MailKey, type WaitingMail } from './mail.store.ts'
import { BOOK_HEADER, OBJECT_HEADER, type Mail, type Mailers } from './mailer.ts'
import { MAIL_PURPOSE } from './queue-mail.action.ts'

const Message = z.object({ to: z.string(), subject: z.string(), text: z.string() })

/** Tries of one mail; with the pauses between them about six minutes. */
const TRIES_MAX = 12

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'log' | 'sealer'> & Readonly<{ mailers: Mailers }>

/**
 * Sends mails. What a server does not take is tried again, also when it says that it never will:
 * a mailbox that is full or not yet there may be there in a minute, and the code counts for ten.
 * A process that dies between sending and noting it sends the same mail once more.
 */
export const sendMailJob = (ctx: Ctx): Job<MailKey> => ({
  name: 'send-mail',
  table: 'mail',
  key: ['book_id', 'mail_id'],
  clock: 'machine',
  batch: 10,
  leaseMs: 120_000,
  triesMax: TRIES_MAX,
  run: async (key) => {
    const waiting = await readWaiting(ctx.db, key)
    if (waiting === undefined) return
    const outcome = await send(ctx, key, waiting)
    if (outcome === 'sent') {
      await inDbTx(ctx, (dbTx) => endMail(dbTx, key, { state: 'sent', now: ctx.clock.now() }))
      return
    }
    await inDbTx(ctx, (dbTx) => noteProblem(dbTx, key, outcome.problem))
    throw new Error(`a mail was not taken: ${outcome.problem}`)
  },
  giveUp: async (key) => {
    await inDbTx(ctx, (dbTx) => endMail(dbTx, key, { state: 'failed', now: ctx.clock.now() }))
    ctx.log.error({ mail: key }, 'a mail could not be sent and was given up')
  },
})

async function send(
  ctx: Ctx,
  key: MailKey,
  waiting: WaitingMail,
): Promise<'sent' | Readonly<{ problem: string }>> {
  const mailer = ctx.mailers[waiting.environment]
  if (mailer === undefined) return { problem: 'COFFER_SMTP_URL is not set' }
  const text = ctx.sealer.open(MAIL_PURPOSE, waiting.sealed_message)
  const mail: Mail = Message.parse(JSON.parse(text))
  // The receiver of a live mail has no use for our names of things.
  const headers =
    waiting.environment === 'test'
      ? { [BOOK_HEADER]: key.book_id, [OBJECT_HEADER]: waiting.object_id }
      : {}
  return mailer.send(mail, headers)
}
