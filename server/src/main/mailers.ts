import { catchMail } from '../sandbox/catch-mail.action.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Mailers } from '../shell/mail/mailer.ts'
import { startSmtpCatcher } from '../shell/mail/smtp-catcher.ts'
import { smtpMailer } from '../shell/mail/smtp-mailer.client.ts'
import { readSmtpUrl } from '../shell/mail/smtp-url.ts'

/**
 * The ways out for mail: the configured server for live books, and for sandboxes one of our own on
 * loopback, so that both are sent alike. Disposing closes that one.
 */
export async function openMailers(
  ctx: Pick<ShellCtx, 'config' | 'db' | 'clock' | 'ids' | 'sealer'>,
): Promise<AsyncDisposable & Readonly<{ mailers: Mailers }>> {
  const catcher = await startSmtpCatcher(catchMail(ctx))
  const from = ctx.config.mailFrom
  const server = readSmtpUrl(ctx.config.smtpUrl)
  const mailers = {
    live: server === undefined ? undefined : smtpMailer(ctx, { server, from }),
    test: smtpMailer(ctx, { server: catcher.server, from }),
  }
  return { mailers, [Symbol.asyncDispose]: () => catcher[Symbol.asyncDispose]() }
}
