import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { echoRoutes } from '../../../test/echo-routes.ts'
import {
  addToIpList,
  readIpList,
  removeFromIpList,
  switchIpList,
} from '../../tenancy/ip-list.action.ts'

test('an address that is not on the list gets the documented 403, word for word', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { bookId } = api.organization.test
  await addToIpList(ctx, bookId, '203.0.113.42')
  assert.equal((await api.call('/v1/echo')).status, 200)
  await switchIpList(ctx, bookId, 'on')
  const { status, json } = await api.call('/v1/echo')
  const { request_id: requestId, ...documented } = Object(json)
  assert.equal(status, 403)
  assert.deepEqual(documented, {
    error: 'Unauthorized IP',
    message: 'The IP address 127.0.0.1 is not whitelisted in your account settings.',
  })
  assert.match(requestId, /^req_/)
})

test('a list holds at once in every process, for all keys of its book and for no other', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { bookId } = api.organization.test
  await switchIpList(ctx, bookId, 'on')
  assert.equal((await api.call('/v1/echo')).status, 403)
  assert.equal((await api.as(api.secretKeys.live)('/v1/echo')).status, 200)
  await addToIpList(ctx, bookId, '127.0.0.0/8')
  assert.equal((await api.call('/v1/echo')).status, 200)
  await removeFromIpList(ctx, bookId, '127.0.0.0/8')
  assert.equal((await api.call('/v1/echo')).status, 403)
  await switchIpList(ctx, bookId, 'off')
  assert.equal((await api.call('/v1/echo')).status, 200)
  assert.deepEqual(await readIpList(ctx, bookId), { enabled: false, ranges: [] })
})

/** Seen to fail with X-Forwarded-For believed from anybody. */
test('a caller cannot forge the address that the list is asked about', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { bookId } = api.organization.test
  await addToIpList(ctx, bookId, '203.0.113.42')
  await switchIpList(ctx, bookId, 'on')
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip', 'via']) {
    const value = name === 'forwarded' ? 'for=203.0.113.42' : '203.0.113.42'
    const { status, json } = await api.call('/v1/echo', { headers: { [name]: value } })
    assert.equal(status, 403)
    assert.match(Object(json).message, /127\.0\.0\.1/)
  }
})

test('behind a trusted proxy the list is asked about the caller, IPv6 too', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db, { env: { COFFER_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } })
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { bookId } = api.organization.test
  await addToIpList(ctx, bookId, '203.0.113.0/24')
  await addToIpList(ctx, bookId, '2001:db8::/32')
  await switchIpList(ctx, bookId, 'on')
  const from = async (chain: string): Promise<number> => {
    const headers = { 'x-forwarded-for': chain, 'x-forwarded-proto': 'https' }
    return (await api.call('/v1/echo', { headers })).status
  }
  assert.equal(await from('203.0.113.42'), 200)
  assert.equal(await from('::ffff:203.0.113.42'), 200)
  assert.equal(await from('2001:db8:1::5'), 200)
  assert.equal(await from('[2001:db8:1::5]:443, 10.1.2.3'), 200)
  assert.equal(await from('198.51.100.1'), 403)
  assert.equal(await from('203.0.113.42, 198.51.100.1'), 403)
  assert.equal(await from('203.0.113.42, 198.51.100.1, 10.1.2.3'), 403)
  assert.equal(await from('2001:db9::1'), 403)
  assert.equal(await from('nonsense'), 403)
})

/** Seen to fail with the signature judged first. */
test('the address comes before the signature: a wrong one is told of its address only', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  await switchIpList(ctx, api.organization.test.bookId, 'on')
  const headers = { 'x-crytom-signature': '0'.repeat(64) }
  assert.equal((await api.call('/v1/echo', { headers })).status, 403)
  const unsigned = { authorization: `Bearer ${api.secretKeys.test}` }
  assert.equal((await api.send('/v1/echo', { headers: unsigned })).status, 403)
  assert.equal((await api.send('/v1/echo', { body: '{}', headers: unsigned })).status, 403)
})
