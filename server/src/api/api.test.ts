import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../test/api.ts'
import { testDatabase } from '../../test/database.ts'
import { echoRoutes } from '../../test/echo-routes.ts'
import { isError } from '../errors/app-error.ts'
import { startApi } from './api.ts'
import { route } from './route.ts'
import { z } from 'zod'

type Documented = Readonly<{ error: string; message: string; request_id: string }>

/** Holds an answer against the documented error body. */
function assertDocumented(json: unknown): asserts json is Documented {
  const { error, message, request_id: requestId } = Object(json)
  assert.equal(typeof error, 'string')
  assert.equal(typeof message, 'string')
  assert.match(requestId, /^req_[0-9A-Z]+$/)
}

/** The JSON body of a raw answer. */
/** Seen to fail with all connections closed at once. */
test('stopping finishes the requests in hand and takes no new ones', async () => {
  await using database = await testDatabase()
  const started = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  const slow = route({
    method: 'GET',
    path: '/v1/slow',
    summary: 'Wait',
    tag: 'Test',
    reply: { 200: z.strictObject({ done: z.literal(true) }) },
    handle: async () => {
      started.resolve()
      await open.promise
      return { status: 200, data: { done: true as const } }
    },
  })
  const api = await testApi(testApiCtx(database.db), { routes: [slow, ...echoRoutes] })
  const answer = api.call('/v1/slow')
  await started.promise
  const stopped = api[Symbol.asyncDispose]()
  await assert.rejects(api.call('/v1/echo'), /ECONNREFUSED|ECONNRESET|socket hang up/)
  open.resolve()
  assert.equal((await answer).status, 200)
  await stopped
})

test('health says ok while the database answers, and 503 when it does not', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  assert.deepEqual((await api.send('/healthz')).json, { status: 'ok' })
  assert.equal((await api.send('/healthz', { method: 'HEAD' })).status, 200)
})

test('a database that is away is 503 with Retry-After, for health and for every route', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  let away = false
  const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const db = {
    ...database.db,
    query: <Row extends object>(sql: string, params?: readonly unknown[]) =>
      away ? Promise.reject<Row[]>(gone) : database.db.query<Row>(sql, params),
  }
  await using api = await testApi({ ...ctx, db }, { routes: echoRoutes })
  away = true
  const answer = await api.call('/v1/echo')
  assert.equal(answer.status, 503)
  assert.equal(answer.headers['retry-after'], '1')
  assertDocumented(answer.json)
  // The process lives; whether it can work is what `/readyz` says.
  assert.equal((await api.send('/healthz')).status, 200)
  away = false
  assert.equal((await api.call('/v1/echo')).status, 200)
})

test('a port that is taken is said to be, with what to do', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [] })
  const ctx = testApiCtx(database.db, { env: { PORT: new URL(api.url).port } })
  await assert.rejects(startApi(ctx, { routes: [] }), (error) => isError(error, 'shell.port_taken'))
})

test('a proxy setting that is no address stops the start', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db, { env: { COFFER_TRUSTED_PROXIES: 'nginx' } })
  await assert.rejects(startApi(ctx, { routes: [] }), (error) =>
    isError(error, 'shell.setting_invalid'),
  )
})
