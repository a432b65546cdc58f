import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedHeaders, testApi, testApiCtx, type Reply } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { echoRoutes } from '../../../test/echo-routes.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../tenancy/api-keys.action.ts'
import { newSecretKey } from '../../tenancy/api-key.ts'

/** What a client may learn from a refusal: everything but the number of the exchange. */
const told = ({ status, json, headers }: Reply) => ({
  status,
  json: { ...Object(json), request_id: '' },
  challenge: headers['www-authenticate'],
})

test('a missing, malformed, unknown or revoked key looks the same: 401', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { test: book } = api.organization
  const revoked = await createApiKey(ctx, book, { name: 'to be revoked' })
  assert.equal((await api.as(revoked.secretKey)('/v1/echo')).status, 200)
  await revokeApiKey(ctx, { bookId: book.bookId, keyId: revoked.keyId })

  const missing = await api.send('/v1/echo')
  assert.equal(missing.status, 401)
  assert.equal(Object(missing.json).error, 'invalid_api_key')
  const good = api.secretKeys.test
  const malformed = ['Bearer', 'Bearer sk_test_', `Basic ${good}`, good, `Bearer ${good} x`]
  for (const authorization of [...malformed, `Bearer ${good}, Bearer ${good}`, 'Bearer é']) {
    assert.deepEqual(
      told(await api.send('/v1/echo', { headers: { authorization } })),
      told(missing),
    )
  }
  const unknown = newSecretKey('test')
  for (const secretKey of [unknown, revoked.secretKey, `${good.slice(0, -1)}_`]) {
    assert.deepEqual(told(await api.as(secretKey)('/v1/echo')), told(missing))
    const authorization = `Bearer ${secretKey}`
    assert.deepEqual(
      told(await api.send('/v1/echo', { headers: { authorization } })),
      told(missing),
    )
  }
})

/** Seen to fail with the state of a known key kept instead of asked for. */
test('a key that one process revokes is refused by another at its next request', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using first = await testApi(ctx, { routes: echoRoutes })
  await using second = await testApi(ctx, { routes: echoRoutes })
  const { test: book } = first.organization
  const { keyId, secretKey } = await createApiKey(ctx, book, { name: 'shared' })
  assert.equal((await first.as(secretKey)('/v1/echo')).status, 200)
  assert.equal((await second.as(secretKey)('/v1/echo?word=2')).status, 200)
  await revokeApiKey(ctx, { bookId: book.bookId, keyId })
  assert.equal((await second.as(secretKey)('/v1/echo?word=3')).status, 401)
  const authorization = `Bearer ${secretKey}`
  assert.equal((await first.send('/v1/echo', { headers: { authorization } })).status, 401)
})

test('the key decides the environment, and neither sees the other’s book', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const { live, test: sandbox } = api.organization
  const asked = async (secretKey: string): Promise<unknown> =>
    Object(Object((await api.as(secretKey)('/v1/echo')).json).data).book
  assert.equal(await asked(api.secretKeys.live), live.bookId)
  assert.equal(await asked(api.secretKeys.test), sandbox.bookId)
  assert.match(api.secretKeys.live, /^sk_live_/)
  assert.match(api.secretKeys.test, /^sk_test_/)
})

test('a handler’s now is the time of the book, ahead of the machine’s in an advanced sandbox', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const nowOf = async (secretKey: string): Promise<unknown> =>
    Object(Object((await api.as(secretKey)('/v1/echo')).json).data).now
  assert.equal(await nowOf(api.secretKeys.test), ctx.clock.now())
  await database.db.query('update book set clock_offset_ms = 86400000 where book_id = $1', [
    api.organization.test.bookId,
  ])
  assert.equal(await nowOf(api.secretKeys.test), ctx.clock.now() + 86_400_000)
  assert.equal(await nowOf(api.secretKeys.live), ctx.clock.now())
})

test('a list of keys shows everything but the secrets', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [] })
  const { test: book } = api.organization
  const { secretKey } = await createApiKey(ctx, book, { name: 'reader', demandsSignedReads: true })
  const keys = await listApiKeys(ctx, book)
  assert.deepEqual(
    keys.map((key) => [key.name, key.environment, key.demandsSignedReads, key.lastFour]).sort(),
    [
      ['reader', 'test', true, secretKey.slice(-4)],
      ['tests', 'test', false, api.secretKeys.test.slice(-4)],
    ].sort(),
  )
  assert.equal(JSON.stringify(keys).includes(secretKey), false)
})

test('no secret key can be read from the database', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [] })
  const rows = await database.db.query('select * from api_key')
  const dump = JSON.stringify(rows) + rows.map((row) => Object.values(row).join('')).join('')
  assert.equal(dump.includes(api.secretKeys.test.slice(8)), false)
  const hex = Buffer.from(api.secretKeys.test.slice(8)).toString('hex')
  assert.equal(dump.includes(hex), false)
})

test('a live key over plain HTTP is taken on loopback only', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db, { env: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  await using api = await testApi(ctx, { routes: echoRoutes })
  const from = async (headers: Record<string, string>): Promise<unknown> => {
    const { status, json } = await api.as(api.secretKeys.live)('/v1/echo', { headers })
    return status === 200 ? 200 : Object(json).error
  }
  assert.equal(await from({}), 200)
  const forwarded = { 'x-forwarded-for': '203.0.113.7' }
  assert.equal(await from({ ...forwarded, 'x-forwarded-proto': 'https' }), 200)
  assert.equal(await from({ ...forwarded, 'x-forwarded-proto': 'http' }), 'https_required')
  assert.equal(await from(forwarded), 'https_required')
})

/** Seen to fail with every verified signature remembered. */
test('a request sent in the clear is not remembered, so that it can be sent again over TLS', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db, { env: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  await using api = await testApi(ctx, { routes: echoRoutes })
  const parts = { method: 'GET', target: '/v1/echo', body: '', timestamp: String(ctx.clock.now()) }
  const headers = signedHeaders(api.secretKeys.live, parts)
  const forwarded = { ...headers, 'x-forwarded-for': '203.0.113.7' }
  const clear = await api.send('/v1/echo', {
    headers: { ...forwarded, 'x-forwarded-proto': 'http' },
  })
  assert.equal(clear.status, 401)
  const safe = await api.send('/v1/echo', {
    headers: { ...forwarded, 'x-forwarded-proto': 'https' },
  })
  assert.equal(safe.status, 200)
})
