import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { echoRoutes } from '../../../test/echo-routes.ts'

/** Seen to fail with unknown members refused without their names. */
test('what a request has too much, too little or wrong is refused by name', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const refused = async (body: unknown, target = '/v1/echo') => {
    const { status, json } = await api.call(target, { body })
    const { param, errors, error, message } = Object(json)
    return { status, error, param, errors, message }
  }
  assert.deepEqual(await refused({ wrod: 'x' }), {
    status: 400,
    error: 'invalid_request',
    param: 'word',
    message: 'word: It is required.',
    errors: [
      { param: 'word', message: 'It is required.' },
      { param: 'wrod', message: 'There is no such member; check its spelling.' },
    ],
  })
  assert.equal((await refused({ word: 5 })).message, 'word: It must be of type string, not number.')
  assert.equal(
    (await refused({ word: null })).message,
    'word: It must be of type string, not null.',
  )
  assert.equal((await refused('[]')).message, 'body: It must be of type object, not array.')
  assert.equal((await refused({ amount: '-1' }, '/v1/echo/amounts')).param, 'amount')
  const { json } = await api.call('/v1/echo', { method: 'POST' })
  assert.equal(Object(json).message, 'body: A JSON object is required.')
})

/** Seen to fail with unknown members refused without their names. */
test('a query is judged like a body: unknown and repeated members are refused', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  assert.equal(Object((await api.call('/v1/echo?wrod=1')).json).param, 'wrod')
  const twice = await api.call('/v1/echo?word=1&word=2')
  assert.equal(Object(twice.json).message, 'word: It must be of type string, not array.')
  assert.equal((await api.call('/v1/echo', { body: { word: 'x' } })).status, 201)
  const posted = await api.call('/v1/echo?word=1', { body: { word: 'x' } })
  assert.equal(Object(posted.json).param, 'word')
})

test('anything goes inside metadata', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const metadata = { order: 7, deep: { er: [null, 1.5] }, constructor: 'x', __proto__x: 1 }
  assert.equal((await api.call('/v1/echo', { body: { word: 'x', metadata } })).status, 201)
  const body = '{"word":"x","metadata":{"__proto__":{"polluted":true}}}'
  assert.equal((await api.call('/v1/echo', { body })).status, 201)
  assert.equal(Object({}).polluted, undefined)
})

test('numbers keep every digit, in and out', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const said = async (amount: string): Promise<string> =>
    (await api.call('/v1/echo/amounts', { body: `{"amount":${amount}}` })).text
  const wanted = (amount: string) => `{"status":"success","data":{"amount":${amount}}}`
  assert.equal(await said('250.500000000000000001'), wanted('250.500000000000000001'))
  assert.equal(await said('"0.1"'), wanted('0.1'))
  assert.equal(await said('1e-8'), wanted('0.00000001'))
})

test('a body that is no JSON, twice the same member or no UTF-8 is refused', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  for (const body of ['{', '{"word":"x"', '{"word":"x","word":"y"}', "{'word':1}", 'NaN', '{}{}']) {
    const { status, json } = await api.call('/v1/echo', { body })
    assert.equal(status, 400)
    assert.equal(Object(json).error, 'json_invalid')
  }
})

test('a client that asks for problem+json gets the same facts as RFC 9457', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: echoRoutes })
  const headers = { accept: 'application/problem+json, application/json;q=0.5' }
  const answer = await api.call('/v1/echo', { body: { wrod: 'x' }, headers })
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.deepEqual(answer.json, {
    type: '/docs#error-api.invalid_request',
    title: 'Bad Request',
    status: 400,
    detail: 'word: It is required.',
    code: 'invalid_request',
    request_id: answer.headers['x-request-id'],
    param: 'word',
    errors: [
      { param: 'word', message: 'It is required.' },
      { param: 'wrod', message: 'There is no such member; check its spelling.' },
    ],
  })
  const success = await api.call('/v1/echo', { body: { word: 'x' }, headers })
  assert.equal(success.headers['content-type'], 'application/json; charset=utf-8')
})
