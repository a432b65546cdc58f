import { createTransport } from 'nodemailer'
import type { Clock } from '../clock.ts'
import type { Mailer } from './mailer.ts'
import type { SmtpServer } from './smtp-url.ts'

/** How long a mail server may take, in ms: to connect, to greet, between answers, and in all. */
export type SmtpLimits = Readonly<{
  connectMs: number
  silenceMs: number
  totalMs: number
}>

/** Limits that suit servers far away. */
export const SMTP_LIMITS: SmtpLimits = { connectMs: 10_000, silenceMs: 20_000, totalMs: 60_000 }

const PROBLEM_MAX = 300

/** Sends over SMTP, one connection for each mail: there are few, and none must wait for another. */
export function smtpMailer(
  ctx: Readonly<{ clock: Pick<Clock, 'sleep'> }>,
  options: Readonly<{ server: SmtpServer; from: string; limits?: SmtpLimits }>,
): Mailer {
  const { server, from } = options
  const limits = options.limits ?? SMTP_LIMITS
  return {
    send: async (mail, headers) => {
      const transport = createTransport(transportOptions(server, limits))
      const over = new AbortController()
      const late = ctx.clock
        .sleep(limits.totalMs, over.signal)
        .then(() => ({ problem: 'the mail server took too long' }))
      try {
        const { to, subject, text } = mail
        const sending = transport.sendMail({ from, to, subject, text, headers: { ...headers } })
        const sent = sending.then(
          () => 'sent' as const,
          (error: unknown) => ({ problem: problemOf(error) }),
        )
        return await Promise.race([sent, late])
      } finally {
        over.abort()
        transport.close()
      }
    },
  }
}

const transportOptions = (server: SmtpServer, limits: SmtpLimits) => ({
  host: server.host,
  port: server.port,
  secure: server.tls === 'implicit',
  requireTLS: server.tls === 'starttls',
  ignoreTLS: server.tls === 'none',
  tls: { rejectUnauthorized: !server.takesAnyCertificate },
  ...(server.user === undefined
    ? {}
    : { auth: { user: server.user, pass: server.password ?? '' } }),
  connectionTimeout: limits.connectMs,
  greetingTimeout: limits.connectMs,
  socketTimeout: limits.silenceMs,
  // What a mail is made of comes from us; a path or a URL in it is never opened.
  disableFileAccess: true,
  disableUrlAccess: true,
})

/** The first line of what went wrong. A server repeats addresses, and those belong in no log. */
function problemOf(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split(/[\r\n]/)
  return line.replace(/[^\s<>]+@[^\s<>]+/g, '…').slice(0, PROBLEM_MAX)
}
