import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { testApi, testApiCtx, type TestApi } from '../../test/api.ts'
import { testDatabase } from '../../test/database.ts'
import { echoRoutes } from '../../test/echo-routes.ts'
import { sendRaw } from '../../test/raw-http.ts'
import { BODY_BYTES_MAX } from './server.ts'

type Documented = Readonly<{ error: string; message: string; request_id: string }>

/** Holds an answer against the documented error body. */
function assertDocumented(json: unknown): asserts json is Documented {
  const { error, message, request_id: requestId } = Object(json)
  assert.equal(typeof error, 'string')
  assert.equal(typeof message, 'string')
  assert.match(requestId, /^req_[0-9A-Z]+$/)
}

/** The JSON body of a raw answer. */
const bodyIn = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

test('an unknown path is 404 and a wrong method 405, both as documented', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  for (const target of ['/', '/v1', '/v1/ech', '/v1/echo/', '/V1/echo', '/v1/%2e%2e/echo']) {
    const answer = await api.call(target)
    assert.equal(answer.status, 404)
    assertDocumented(answer.json)
    assert.equal(answer.headers['x-request-id'], answer.json.request_id)
  }
  const wrong = await api.call('/v1/echo', { method: 'DELETE' })
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers['allow'], 'GET, POST')
  assertDocumented(wrong.json)
  assert.equal((await api.call('/v1/echo/amounts')).headers['allow'], 'POST')
  assert.equal((await api.send('/v1/echo', { method: 'OPTIONS' })).status, 405)
})

test('a body of another type, encoding or charset is 415', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const body = { word: 'x' }
  for (const headers of [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'nonsense' },
    { 'content-type': undefined },
    { 'content-encoding': 'gzip' },
  ]) {
    const answer = await api.call('/v1/echo', { body, headers })
    assert.equal(answer.status, 415)
    assertDocumented(answer.json)
  }
  const headers = { 'content-type': 'application/json; charset="UTF-8"' }
  assert.equal((await api.call('/v1/echo', { body, headers })).status, 201)
})

/** Seen to fail with a limit of one byte less. */
test('a body above 10 MiB is 413, one of exactly that is read', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const frame = '{"word":""}'.length
  const bodyOf = (bytes: number) => `{"word":"${'x'.repeat(bytes - frame)}"}`
  const large = await api.call('/v1/echo', { body: bodyOf(BODY_BYTES_MAX + 1) })
  assert.equal(large.status, 413)
  assert.equal(Object(large.json).error, 'body_too_large')
  assertDocumented(large.json)
  assert.equal((await api.call('/v1/echo', { body: bodyOf(BODY_BYTES_MAX) })).status, 201)
})

test('a request without a key is refused before its body has arrived', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const { hostname, port } = new URL(api.url)
  const socket = connect({ host: hostname, port: Number.parseInt(port, 10) })
  const head = 'POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  socket.write(`${head}Content-Length: ${BODY_BYTES_MAX}\r\n\r\n{"word`)
  const [chunk] = await once(socket, 'data')
  assert.match(String(chunk), /^HTTP\/1\.1 401 /)
  socket.destroy()
})

test('what is not HTTP, or a URL that cannot be decoded, is 400 in the documented form', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const { hostname, port } = new URL(api.url)
  const to = { hostname, port }
  const large = `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`
  for (const [bytes, status] of [
    ['nonsense\r\n\r\n', 400],
    ['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    [large, 431],
  ] as const) {
    const answer = await sendRaw(to, bytes)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    if (bytes !== 'GET / HTTP/1.1\r\n\r\n') assertDocumented(bodyIn(answer))
  }
})

/** Random requests, near enough to real ones to get far. */
const anyRawRequest = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'BREW', 'get'),
    target: fc.oneof(
      fc.constantFrom('/v1/echo', '/v1/echo?word=%00', '/v1/echo/amounts', '*', '//v1//echo'),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ maxLength: 40 }).map((text) => `/${text.replace(/[\s]/g, '')}`),
    ),
    headers: fc.array(
      fc.tuple(
        fc.constantFrom(
          'Authorization',
          'X-Crytom-Timestamp',
          'X-Crytom-Signature',
          'Content-Type',
          'Content-Length',
          'Transfer-Encoding',
          'Idempotency-Key',
          'Expect',
          'Accept',
          'X-Forwarded-For',
        ),
        fc.oneof(
          fc.constantFrom('Bearer sk_test_0', 'application/json', '100-continue', 'chunked', '5'),
          fc.string({ maxLength: 30 }),
        ),
      ),
      { maxLength: 6 },
    ),
    body: fc.oneof(fc.json(), fc.string({ maxLength: 60 })),
  })
  .map(({ method, target, headers, body }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    return `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n${body}`
  })

test('no bytes whatsoever make the server answer 500 or fall over', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, {
    routes: echoRoutes,
    timeouts: { headersMs: 50, requestMs: 50, keepAliveMs: 50, checkMs: 10 },
  })
  const { hostname, port } = new URL(api.url)
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyRawRequest, fc.string({ unit: 'binary' })), async (bytes) => {
      const answer = await sendRaw({ hostname, port }, bytes)
      assert.doesNotMatch(answer, /^HTTP\/1\.1 5/)
    }),
    { numRuns: 300 },
  )
  assert.equal((await api.call('/v1/echo')).status, 200)
  assert.doesNotMatch(ctx.logged(), /"level":50/)
})

async function untilClosed(api: TestApi, bytes: string): Promise<string> {
  const { hostname, port } = new URL(api.url)
  return sendRaw({ hostname, port }, bytes)
}

/** Seen to fail with Node's default time for headers. */
test('a client that sends its headers or its body drop by drop is cut off', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), {
    routes: echoRoutes,
    timeouts: { headersMs: 60, requestMs: 120, keepAliveMs: 60, checkMs: 10 },
  })
  const slowHeaders = await untilClosed(api, 'GET /v1/echo HTTP/1.1\r\nHost: x\r\nX-A: b')
  assert.match(slowHeaders, /^HTTP\/1\.1 408 /)
  assertDocumented(bodyIn(slowHeaders))
  const authorization = `Authorization: Bearer ${api.secretKeys.test}`
  const head = `POST /v1/echo HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Length: 50\r\n`
  const slowBody = await untilClosed(api, `${head}Content-Type: application/json\r\n\r\n{"wo`)
  assert.match(slowBody, /^HTTP\/1\.1 408 /)
  const idle = await untilClosed(api, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  assert.match(idle, /^HTTP\/1\.1 200 [^]*\r\n\r\n\{"status":"ok"\}$/)
})
