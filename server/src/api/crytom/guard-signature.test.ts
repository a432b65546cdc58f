import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedHeaders, testApi, testApiCtx, type TestApi } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { echoRoutes } from '../../../test/echo-routes.ts'
import { createApiKey } from '../../tenancy/api-keys.action.ts'
import { sendRaw } from '../../../test/raw-http.ts'
import { TIMESTAMP_WINDOW_MS } from '../../tenancy/signing.ts'

const errorOf = async (sent: Promise<Readonly<{ status: number; json: unknown }>>) => {
  const { status, json } = await sent
  return status < 300 ? status : `${status} ${Object(json).error}`
}

test('writes must be signed, reads may be, and a key can demand that reads are', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const authorization = `Bearer ${api.secretKeys.test}`
  assert.equal(await errorOf(api.send('/v1/echo', { headers: { authorization } })), 200)
  assert.equal(
    await errorOf(api.send('/v1/echo', { body: { word: 'x' }, headers: { authorization } })),
    '401 signature_missing',
  )
  const { secretKey } = await createApiKey(ctx, api.organization.test, {
    name: 'strict',
    demandsSignedReads: true,
  })
  const strict = { authorization: `Bearer ${secretKey}` }
  assert.equal(await errorOf(api.send('/v1/echo', { headers: strict })), '401 signature_missing')
  assert.equal(await errorOf(api.as(secretKey)('/v1/echo')), 200)
})

test('a read that carries one of the two headers must carry both, and they must fit', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const refused = (headers: Record<string, string | undefined>) =>
    errorOf(api.call('/v1/echo', { headers }))
  assert.equal(await refused({ 'x-crytom-timestamp': undefined }), '401 signature_missing')
  assert.equal(await refused({ 'x-crytom-signature': undefined }), '401 signature_missing')
  assert.equal(await refused({ 'x-crytom-signature': 'a'.repeat(64) }), '401 signature_invalid')
  assert.equal(await refused({ 'x-crytom-timestamp': '1768478400' }), '401 timestamp_in_seconds')
  assert.equal(await refused({ 'x-crytom-timestamp': 'now' }), '401 timestamp_malformed')
})

async function sendWith(
  api: TestApi,
  signed: Readonly<{ method: string; target: string; body: string; timestamp: string }>,
  sent: Readonly<{ target?: string; body?: string; method?: string }> = {},
) {
  const headers = signedHeaders(api.secretKeys.test, signed)
  const body = sent.body ?? signed.body
  const call = { method: sent.method ?? signed.method, headers, ...(body === '' ? {} : { body }) }
  return errorOf(api.send(sent.target ?? signed.target, call))
}

test('the signature of another method, path, query or body is refused', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const timestamp = String(ctx.clock.now())
  const post = { method: 'POST', target: '/v1/echo', body: '{"word":"a"}', timestamp }
  const invalid = '401 signature_invalid'
  assert.equal(await sendWith(api, { ...post, method: 'PUT' }, { method: 'POST' }), invalid)
  assert.equal(await sendWith(api, { ...post, target: '/v1/echo/amounts' }, post), invalid)
  assert.equal(await sendWith(api, post, { target: '/v1/echo?word=1' }), invalid)
  assert.equal(await sendWith(api, post, { body: '{"word":"b"}' }), invalid)
  const get = { method: 'GET', target: '/v1/echo?word=1', body: '', timestamp }
  assert.equal(await sendWith(api, get, { target: '/v1/echo?word=2' }), invalid)
  assert.equal(await sendWith(api, { ...get, target: '/v1/echo?word=%31' }, get), invalid)
  assert.equal(await sendWith(api, { ...get, target: '/v1/echo' }, get), 200)
  assert.equal(await sendWith(api, post), 201)
})

test('a timestamp counts to the millisecond, by our clock', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const at = (offMs: number) => {
    const timestamp = String(ctx.clock.now() + offMs)
    return sendWith(api, { method: 'GET', target: '/v1/echo', body: '', timestamp })
  }
  assert.equal(await at(-TIMESTAMP_WINDOW_MS), 200)
  assert.equal(await at(TIMESTAMP_WINDOW_MS), 200)
  assert.equal(await at(-TIMESTAMP_WINDOW_MS - 1), '401 timestamp_out_of_window')
  assert.equal(await at(TIMESTAMP_WINDOW_MS + 1), '401 timestamp_out_of_window')
})

/** Seen to fail with Node's default, which drops a second Authorization header. */
test('a header that comes twice fits nothing', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const timestamp = String(ctx.clock.now())
  const body = '{"word":"a"}'
  const good = signedHeaders(api.secretKeys.test, {
    method: 'POST',
    target: '/v1/echo',
    body,
    timestamp,
  })
  const { hostname, port } = new URL(api.url)
  for (const [name, refusal] of [
    ['authorization', 'invalid_api_key'],
    ['x-crytom-timestamp', 'timestamp_malformed'],
    ['x-crytom-signature', 'signature_invalid'],
  ] as const) {
    const lines = Object.entries({ ...good, 'content-type': 'application/json' }).flatMap(
      ([key, value]) => [`${key}: ${value}`, ...(key === name ? [`${key}: ${value}`] : [])],
    )
    const answer = await sendRaw(
      { hostname, port },
      [
        'POST /v1/echo HTTP/1.1',
        'Host: x',
        'Connection: close',
        ...lines,
        'Content-Length: 12',
        '',
        body,
      ].join('\r\n'),
    )
    assert.match(answer, new RegExp(`^HTTP/1.1 401[^]*"error":"${refusal}"`))
  }
})

test('knowing a key’s signature of one request helps with no other key', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { secretKey } = await createApiKey(ctx, api.organization.test, { name: 'second' })
  const parts = { method: 'GET', target: '/v1/echo', body: '', timestamp: String(ctx.clock.now()) }
  const headers = signedHeaders(api.secretKeys.test, parts)
  const mixed = { ...headers, authorization: `Bearer ${secretKey}` }
  assert.equal(await errorOf(api.send('/v1/echo', { headers: mixed })), '401 signature_invalid')
})
