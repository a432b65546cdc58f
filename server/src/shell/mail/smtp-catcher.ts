import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { readPlainMessage, type PlainMessage } from './plain-message.ts'
import type { SmtpServer } from './smtp-url.ts'

/** A mail server of this process that sends nothing on. Disposing closes it. */
export type SmtpCatcher = AsyncDisposable & Readonly<{ server: SmtpServer }>

/** A mail that was taken, with the addresses it was for. */
export type CaughtMessage = PlainMessage & Readonly<{ to: readonly string[] }>

const USER = 'coffer'
const BYTES_MAX = 262_144

/**
 * Listens for SMTP on a free port of loopback. Only who knows its password, which is made anew at
 * each start and told to nobody else, can hand mail in; it is taken when `take` has taken it.
 */
export async function startSmtpCatcher(
  take: (message: CaughtMessage) => Promise<void>,
): Promise<SmtpCatcher> {
  const password = randomBytes(24).toString('base64url')
  const catcher = new SMTPServer({
    banner: 'Coffer sandbox',
    // It stands on loopback, where nothing can be read on the way.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN'],
    size: BYTES_MAX,
    logger: false,
    onAuth: (auth, _session, done) => {
      const fits = auth.username === USER && isSame(auth.password ?? '', password)
      if (fits) done(null, { user: USER })
      else done(new Error('the sandbox takes mail of its own only'))
    },
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo.map((one) => one.address)
      readAll(stream)
        .then((bytes) => take({ ...readPlainMessage(bytes), to }))
        .then(
          () => done(),
          () => done(new Error('the mail could not be kept; try again')),
        )
    },
  })
  // A client that goes away in mid-sentence is no fault of ours.
  catcher.on('error', () => undefined)
  const listening = catcher.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    server: {
      host: '127.0.0.1',
      port,
      user: USER,
      password,
      tls: 'none',
      takesAnyCertificate: false,
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => catcher.close(() => resolve())),
  }
}

const isSame = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))

async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Read to its end in any case: the connection goes on behind it.
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= BYTES_MAX) chunks.push(bytes)
  }
  if (stream.sizeExceeded) throw new RangeError('the mail is too large')
  return Buffer.concat(chunks)
}
