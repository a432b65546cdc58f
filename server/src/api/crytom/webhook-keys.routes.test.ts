import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx, type Client } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { routes } from './routes.ts'

const dataOf = (reply: Awaited<ReturnType<Client>>) => Object(Object(reply.json).data)

test('receivers read the keys of a book without a key of the API, in both of their forms', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes })
  const none = dataOf(await api.call('/v1/webhook-keys'))
  assert.deepEqual(none.keys, [])
  const body = { url: 'http://127.0.0.1:49152/hook', signature: 'ed25519' }
  const made = dataOf(await api.call('/v1/webhook-endpoints', { method: 'POST', body }))
  assert.deepEqual([made.signature, made.own_secret, made.secret], ['ed25519', false, null])
  const listed = dataOf(await api.call('/v1/webhook-keys'))
  const { pathname } = new URL(listed.jwks_url)
  const told = await api.send(pathname)
  assert.equal(told.status, 200)
  assert.match(String(told.headers['content-type']), /^application\/jwk-set\+json/)
  assert.equal(told.headers['cache-control'], 'public, max-age=300')
  const [jwk, ...others] = Object(told.json).keys
  assert.deepEqual(others, [])
  const { x, ...rest } = jwk
  const [key] = listed.keys
  const named = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: key.id }
  assert.deepEqual(rest, named)
  const bytes = Buffer.from(x, 'base64url')
  assert.equal(bytes.length, 32)
  assert.equal(key.public_key, `whpk_${bytes.toString('base64')}`)
})

test('a key is rotated with or without a day in which both sign', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes })
  const rotate = async (body: unknown) =>
    dataOf(await api.call('/v1/webhook-keys/rotate', { method: 'POST', body }))
  const idsOf = async () => {
    const keys: readonly Readonly<{ id: string }>[] = dataOf(
      await api.call('/v1/webhook-keys'),
    ).keys
    return keys.map((one) => one.id)
  }
  const { id: first } = await rotate({})
  assert.deepEqual(await idsOf(), [first])
  const { id: second } = await rotate({})
  assert.deepEqual(await idsOf(), [second, first])
  const { id: third } = await rotate({})
  assert.deepEqual(await idsOf(), [third, second])
  const { id: last } = await rotate({ at_once: true })
  assert.deepEqual(await idsOf(), [last])
  const events = await api.call('/v1/events?type=webhook_key.created')
  assert.equal(Object(events.json).data.length, 4)
})

/** Seen to fail with keys that are told of a book only where there is one. */
test('a book that is not there looks like one without keys, and nobody asks without end', async () => {
  await using database = await testDatabase()
  const env = { COFFER_RATE_LIMIT: '5' }
  await using api = await testApi(testApiCtx(database.db, { env }), { routes })
  const { bookId } = api.organization.live
  const asked = [bookId, 'book_01KJA8W9X1Y2Z4A6B8C0D3E5F7', '..%2f', "book_1'--", 'x']
  const told = []
  for (const one of asked) told.push(await api.send(`/.well-known/webhook-keys/${one}`))
  assert.deepEqual(
    told.map((reply) => [reply.status, reply.text]),
    asked.map(() => [200, '{"keys":[]}']),
  )
  const refused = await api.send(`/.well-known/webhook-keys/${bookId}`)
  assert.equal(refused.status, 429)
})
