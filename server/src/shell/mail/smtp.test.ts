import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { testCertificate } from '../../../test/certificate.ts'
import { rawServer } from '../../../test/listening.ts'
import { manualClock } from '../clock.ts'
import { readPlainMessage, type PlainMessage } from './plain-message.ts'
import { startSmtpCatcher, type CaughtMessage } from './smtp-catcher.ts'
import { smtpMailer, SMTP_LIMITS } from './smtp-mailer.client.ts'
import { readSmtpUrl, type SmtpServer } from './smtp-url.ts'

const clock = manualClock(0)
const from = 'Coffer <coffer@example.com>'
const mail = { to: 'owner@example.com', subject: 'A code', text: 'Your code is\n\n    012345\n' }

/** A mail server that is none of ours, on a free port; `taken` is what it took. */
async function mailServer(options: SMTPServerOptions = {}) {
  const taken: PlainMessage[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        taken.push(readPlainMessage(Buffer.concat(chunks)))
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    taken,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  }
}

const at = (url: string): SmtpServer => {
  const server = readSmtpUrl(url)
  assert.ok(server)
  return server
}

const sendTo = (url: string, limits = SMTP_LIMITS): Promise<unknown> =>
  smtpMailer({ clock }, { server: at(url), from, limits }).send(mail, { 'X-About': 'po_1' })

const { certificate: cert, key } = testCertificate('localhost', Date.now())

test('a mail arrives at a mail server as it was written', async () => {
  await using server = await mailServer({ disabledCommands: ['STARTTLS'] })
  assert.equal(await sendTo(`smtp://127.0.0.1:${server.port}?allow=plain`), 'sent')
  const [one] = server.taken
  assert.equal(one?.headers.get('to'), mail.to)
  assert.equal(one?.headers.get('from'), from)
  assert.equal(one?.headers.get('subject'), mail.subject)
  assert.equal(one?.headers.get('x-about'), 'po_1')
  assert.equal(one?.text, mail.text.trimEnd())
})

/** Planted fault: STARTTLS used where it is offered instead of demanded. */
test('nothing is said to a server that does not turn to TLS', async () => {
  await using server = await mailServer({ disabledCommands: ['STARTTLS'] })
  const outcome = await sendTo(`smtp://127.0.0.1:${server.port}`)
  assert.notEqual(outcome, 'sent')
  assert.deepEqual(server.taken, [])
})

/** Planted fault: `rejectUnauthorized` left to be false. */
test('a certificate that nobody known vouches for is refused unless it is allowed', async () => {
  await using server = await mailServer({ cert, key })
  const url = `smtp://localhost:${server.port}`
  const refused = await sendTo(url)
  assert.match(JSON.stringify(refused), /certificate/)
  assert.deepEqual(server.taken, [])
  assert.equal(await sendTo(`${url}?allow=self_signed`), 'sent')
  assert.equal(server.taken.length, 1)

  await using implicit = await mailServer({ secure: true, cert, key })
  const smtps = `smtps://localhost:${implicit.port}`
  assert.match(JSON.stringify(await sendTo(smtps)), /certificate/)
  assert.equal(await sendTo(`${smtps}?allow=self_signed`), 'sent')
})

test('who must log in does, and a wrong password is a problem that repeats no address', async () => {
  await using server = await mailServer({
    cert,
    key,
    authOptional: false,
    onAuth: (auth, _session, done) => {
      if (auth.username === 'us@r' && auth.password === 'p:w') done(null, { user: 'us@r' })
      else done(new Error('no such login: us@r.example.com'))
    },
  })
  const to = (login: string): Promise<unknown> =>
    sendTo(`smtp://${login}@localhost:${server.port}?allow=self_signed`)
  assert.equal(await to('us%40r:p%3Aw'), 'sent')
  const wrong = JSON.stringify(await to('us%40r:other'))
  assert.match(wrong, /no such login/)
  assert.doesNotMatch(wrong, /us@r/)
})

test('a server that refuses the receiver, is down or says nothing is a problem, not a crash', async () => {
  await using refusing = await mailServer({
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')),
  })
  const plain = (port: number): string => `smtp://127.0.0.1:${port}?allow=plain`
  assert.match(JSON.stringify(await sendTo(plain(refusing.port))), /no such mailbox/)

  const gone = await rawServer(() => undefined)
  await gone[Symbol.asyncDispose]()
  assert.match(JSON.stringify(await sendTo(plain(gone.port))), /ECONNREFUSED/)

  await using silent = await rawServer(() => undefined)
  const quick = { connectMs: 50, silenceMs: 50, totalMs: 60_000 }
  assert.match(JSON.stringify(await sendTo(plain(silent.port), quick)), /Greeting|imeout/)
})

/** Planted fault: the limit for all of it taken away. */
test('a server that never comes to an end is left after the time for all of it', async () => {
  await using server = await mailServer({
    disabledCommands: ['STARTTLS'],
    onMailFrom: () => undefined,
  })
  const ownClock = manualClock(0)
  const target = at(`smtp://127.0.0.1:${server.port}?allow=plain`)
  const sending = smtpMailer({ clock: ownClock }, { server: target, from }).send(mail, {})
  ownClock.advance(SMTP_LIMITS.totalMs)
  assert.deepEqual(await sending, { problem: 'the mail server took too long' })
})

test('the sandbox’s mail server takes mail from this process alone', async () => {
  const caught: CaughtMessage[] = []
  await using catcher = await startSmtpCatcher((message) => {
    caught.push(message)
    return Promise.resolve()
  })
  const own = smtpMailer({ clock }, { server: catcher.server, from })
  const long = `${'ä line that is longer than a line of a mail may be – '.repeat(30)}\n\n  123456`
  assert.equal(await own.send({ ...mail, text: long }, { 'X-About': 'po_1' }), 'sent')
  assert.deepEqual(caught[0]?.to, [mail.to])
  assert.equal(caught[0]?.headers.get('x-about'), 'po_1')
  assert.equal(caught[0]?.text, long)
  for (const server of [
    { ...catcher.server, user: undefined, password: undefined },
    { ...catcher.server, password: 'x'.repeat(catcher.server.password?.length ?? 0) },
  ]) {
    assert.notEqual(await smtpMailer({ clock }, { server, from }).send(mail, {}), 'sent')
  }
  assert.equal(caught.length, 1)
})

test('a mail server’s URL says how it is reached', () => {
  const plain = { user: undefined, password: undefined, takesAnyCertificate: false }
  const mx = { ...plain, host: 'mx.example.com' }
  assert.deepEqual(readSmtpUrl('smtp://mx.example.com'), { ...mx, port: 587, tls: 'starttls' })
  assert.deepEqual(readSmtpUrl('smtps://mx.example.com'), { ...mx, port: 465, tls: 'implicit' })
  assert.deepEqual(readSmtpUrl('smtp://u%40x:p%2F@[::1]:25?allow=plain'), {
    host: '::1',
    port: 25,
    user: 'u@x',
    password: 'p/',
    tls: 'none',
    takesAnyCertificate: false,
  })
  const others = ['', 'http://x', 'smtp://', 'smtps://x?allow=plain', 'smtp://x?allow=all']
  // A bare % was a crash at the start once, with a stack and no word of the setting.
  for (const text of [...others, 'smtps://u:100%@x', 'smtps://%zz:p@x']) {
    assert.equal(readSmtpUrl(text), undefined)
  }
})
