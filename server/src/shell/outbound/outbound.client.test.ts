import assert from 'node:assert/strict'
import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { testCertificate } from '../../../test/certificate.ts'
import { listen, rawServer } from '../../../test/listening.ts'
import { isError } from '../../errors/app-error.ts'
import { manualClock, systemClock } from '../clock.ts'
import { createOutbound, type OutboundOutcome, type OutboundRequest } from './outbound.client.ts'
import { outboundRules } from './outbound-url.ts'
import type { Resolution } from './resolve-name.client.ts'

const unplanned = (name: string): Promise<Resolution> =>
  Promise.reject(new Error(`nobody should have asked for ${name}`))

const request = (url: string, changes: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  rules: outboundRules('test'),
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"n":1}',
  timeoutMs: 5_000,
  answerBytesMax: 1_000,
  ...changes,
})

const post = (port: number, changes: Partial<OutboundRequest> = {}): Promise<OutboundOutcome> =>
  createOutbound({ clock: systemClock, resolve: unplanned }).send(
    request(`http://127.0.0.1:${port}/hook?shop=1`, changes),
  )

const summary = (outcome: OutboundOutcome): string | number =>
  outcome.kind === 'answered' ? outcome.status : outcome.failure

test('a request arrives as it was given, and its answer comes back with its head', async () => {
  const seen: unknown[] = []
  const server = http.createServer((incoming, answer) => {
    incoming.on('data', (chunk: Buffer) => seen.push(chunk.toString()))
    incoming.on('end', () => {
      const { host, 'content-type': type } = incoming.headers
      seen.push(incoming.method, incoming.url, host, type)
      answer.writeHead(201).end('thank you')
    })
  })
  await using running = await listen(server)
  const outcome = await post(running.port)
  assert.equal(summary(outcome), 201)
  assert.equal(outcome.kind === 'answered' && outcome.head, 'thank you')
  const host = `127.0.0.1:${running.port}`
  assert.deepEqual(seen, ['{"n":1}', 'POST', '/hook?shop=1', host, 'application/json'])
})

test('a redirect is an answer and is not followed', async () => {
  const asked: unknown[] = []
  const server = http.createServer((incoming, answer) => {
    asked.push(incoming.url)
    answer.writeHead(307, { location: '/elsewhere' }).end()
  })
  await using running = await listen(server)
  assert.equal(summary(await post(running.port)), 307)
  assert.deepEqual(asked, ['/hook?shop=1'])
})

test('a server that never answers is left after the time that was given', async () => {
  const clock = manualClock(0)
  let asked: () => void = () => undefined
  const isAsked = new Promise<void>((resolve) => (asked = resolve))
  await using running = await rawServer(() => asked())
  const outbound = createOutbound({ clock, resolve: unplanned })
  const sending = outbound.send(request(`http://127.0.0.1:${running.port}/`))
  await isAsked
  clock.advance(5_000)
  assert.deepEqual(await sending, { kind: 'failed', failure: 'timeout', durationMs: 5_000 })
})

test('a name server that never answers is left after the time that was given', async () => {
  const clock = manualClock(0)
  const resolve = (): Promise<Resolution> => new Promise(() => undefined)
  const sending = createOutbound({ clock, resolve }).send(request('https://hook.example/'))
  clock.advance(5_000)
  assert.equal(summary(await sending), 'timeout')
})

/** Seen to fail (never ends) with the size of the body not counted. */
test('of an answer without end only the head is read', { timeout: 20_000 }, async () => {
  const server = http.createServer((_incoming, answer) => {
    answer.writeHead(200)
    const more = (): void => {
      while (answer.write('x'.repeat(10_000)));
    }
    answer.on('drain', more)
    more()
  })
  await using running = await listen(server)
  const outbound = createOutbound({ clock: manualClock(0), resolve: unplanned })
  const outcome = await outbound.send(request(`http://127.0.0.1:${running.port}/`))
  assert.equal(outcome.kind === 'answered' && outcome.head, 'x'.repeat(1_000))
})

/** Seen to fail with the deadline taking back the status that had arrived. */
test('a status that arrived counts though the body drips on until the time is over', async () => {
  await using running = await rawServer((socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart'),
  )
  const outcome = await post(running.port, { timeoutMs: 300 })
  assert.equal(summary(outcome), 200)
  assert.equal(outcome.kind === 'answered' && outcome.head, 'part')
})

test('an answer cut off in its body keeps its status', async () => {
  await using running = await rawServer((socket) =>
    socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 9\r\n\r\npart'),
  )
  assert.equal(summary(await post(running.port)), 503)
})

test('what is no answer is named for what it is', async () => {
  const cases: readonly (readonly [(socket: Socket) => void, string])[] = [
    [(socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 'not_http'],
    [(socket) => socket.end('HTTP/1.1 abc\r\n\r\n'), 'not_http'],
    [(socket) => socket.end(`HTTP/1.1 200 OK\r\na: ${'x'.repeat(20_000)}\r\n\r\n`), 'not_http'],
    [(socket) => socket.end(), 'closed'],
    [(socket) => socket.resetAndDestroy(), 'closed'],
  ]
  for (const [write, failure] of cases) {
    await using running = await rawServer(write)
    assert.equal(summary(await post(running.port)), failure)
  }
  const running = await rawServer(() => undefined)
  await running[Symbol.asyncDispose]()
  assert.equal(summary(await post(running.port)), 'unreachable')
})

test('a live book reaches no address inside, not even this machine', async () => {
  let connections = 0
  const server = http.createServer().on('connection', () => (connections += 1))
  await using running = await listen(server)
  const rules = outboundRules('live')
  const outbound = createOutbound({ clock: systemClock, resolve: unplanned })
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '0x7f.1', 'localhost', '10.0.0.1']) {
    const url = `https://${host}:${running.port}/`
    assert.equal(summary(await outbound.send(request(url, { rules }))), 'refused')
    await assert.rejects(outbound.check(url, rules), (e) => isError(e, 'shell.url_refused'))
  }
  assert.equal(connections, 0)
})

/** Seen to fail with `every` in place of `some` bad address. */
test('one inside address among those of a name condemns it', async () => {
  const resolve = async (): Promise<Resolution> => ({
    kind: 'addresses',
    addresses: ['93.184.216.34', '2606:4700::1', '169.254.169.254'],
  })
  const outbound = createOutbound({ clock: systemClock, resolve })
  const rules = outboundRules('live')
  assert.equal(summary(await outbound.send(request('https://hook.example/', { rules }))), 'refused')
  await assert.rejects(outbound.check('https://hook.example/', rules), (error) =>
    isError(error, 'shell.url_refused'),
  )
})

/** Seen to fail (the server is reached) with the judgement made at save only. */
test('a name that turns inside after it was saved is refused when it is called', async () => {
  let connections = 0
  const server = http.createServer().on('connection', () => (connections += 1))
  await using running = await listen(server)
  const answers = ['93.184.216.34', '127.0.0.1']
  const resolve = async (): Promise<Resolution> => ({
    kind: 'addresses',
    addresses: [answers.shift() ?? '127.0.0.1'],
  })
  const outbound = createOutbound({ clock: systemClock, resolve })
  const rules = { plainHttp: true, loopback: false }
  const url = `http://hook.example:${running.port}/`
  await outbound.check(url, rules)
  assert.equal(summary(await outbound.send(request(url, { rules }))), 'refused')
  assert.equal(connections, 0)
})

/** Seen to fail with the pinned look-up left out: the machine's resolver is asked a second time. */
test('a name is resolved once a request, and the connection goes to what was judged', async () => {
  const server = http.createServer((incoming, answer) => answer.end(incoming.headers.host))
  await using running = await listen(server)
  const asked: string[] = []
  const resolve = async (name: string): Promise<Resolution> => {
    asked.push(name)
    return { kind: 'addresses', addresses: ['127.0.0.1'] }
  }
  const outbound = createOutbound({ clock: systemClock, resolve })
  const outcome = await outbound.send(request(`http://Hook.Example.:${running.port}/`))
  const host = `hook.example:${running.port}`
  assert.equal(outcome.kind === 'answered' && outcome.head, host)
  assert.deepEqual(asked, ['hook.example'])
})

test('TLS is made with the name of the URL at the pinned address, and must be that name', async () => {
  const { certificate: cert, key } = testCertificate('hook.example', systemClock.now())
  const names: unknown[] = []
  const server = https.createServer({ cert, key }, (_incoming, answer) => answer.end())
  server.on('secureConnection', (socket: TLSSocket) => names.push(socket.servername))
  await using running = await listen(server)
  const resolve = async (): Promise<Resolution> => ({
    kind: 'addresses',
    addresses: ['127.0.0.1'],
  })
  const known = createOutbound({ clock: systemClock, resolve, authorities: [cert] })
  const strange = createOutbound({ clock: systemClock, resolve })
  const url = (name: string): string => `https://${name}:${running.port}/`
  assert.equal(summary(await known.send(request(url('hook.example')))), 200)
  assert.equal(summary(await known.send(request(url('other.example')))), 'tls')
  assert.equal(summary(await strange.send(request(url('hook.example')))), 'tls')
  assert.deepEqual(names.slice(0, 1), ['hook.example'])
  await using plain = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
  assert.equal(summary(await known.send(request(`https://hook.example:${plain.port}/`))), 'tls')
})

test('at save a name that does not exist is refused, but not one that nobody can resolve now', async () => {
  const rules = outboundRules('live')
  const checked = (kind: 'absent' | 'unknown'): Promise<void> =>
    createOutbound({ clock: systemClock, resolve: async () => ({ kind }) }).check(
      'https://hook.example/',
      rules,
    )
  await assert.rejects(checked('absent'), /does not exist/)
  await checked('unknown')
})
