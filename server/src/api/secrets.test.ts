import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testApi, testApiCtx } from '../../test/api.ts'
import { testDatabase } from '../../test/database.ts'
import { echoRoutes } from '../../test/echo-routes.ts'
import { bugReport } from '../shell/bug-report.ts'
import { route } from './route.ts'

const PERSONAL = 'Ünal.Secret@example.com'

/** Writes that go wrong in the ways that quote their values: SQL, a parser, our own bug. */
const clumsy = route({
  method: 'POST',
  path: '/v1/clumsy',
  summary: 'Go wrong',
  tag: 'Test',
  body: z.strictObject({ how: z.string(), email: z.string() }),
  reply: { 200: z.strictObject({}) },
  handleInDbTx: async (_ctx, dbTx, { body: { how, email } }) => {
    if (how === 'cast') await dbTx.query('select $1::text::int', [email])
    if (how === 'twice') {
      await dbTx.query('create temporary table once (email text primary key) on commit drop')
      await dbTx.query('insert into once select $1 from generate_series(1, 2)', [email])
    }
    if (how === 'json') JSON.parse(`{"${email}`)
    if (how === 'zod') z.strictObject({ known: z.literal('x') }).parse({ [email]: email })
    if (how === 'cause') throw new Error('outer', { cause: new SyntaxError(email) })
    if (how === 'reply') return { status: 200, data: Object({ email }) }
    throw Object.assign(new RangeError('a bug'), { email, body: email })
  },
})

/**
 * Invariant 8. Seen to fail with the error itself logged, with the message of a database error
 * logged, and with the request's URL in the access log.
 */
test('neither key, signature nor anything a request said is ever logged or told on', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db, { env: { LOG_LEVEL: 'debug' } })
  await using api = await testApi(ctx, { routes: [...echoRoutes, clumsy] })
  const answers: string[] = []
  for (const how of ['cast', 'twice', 'json', 'zod', 'cause', 'reply', 'bug']) {
    const { status, text, json } = await api.call('/v1/clumsy', { body: { how, email: PERSONAL } })
    assert.equal(status, 500, how)
    assert.equal(Object(json).error, 'internal_error')
    answers.push(text)
  }
  const query = `/v1/echo?word=${encodeURIComponent(PERSONAL)}`
  assert.equal((await api.call(query)).status, 200)
  answers.push((await api.call(`/v1/${encodeURIComponent(PERSONAL)}`)).text)
  answers.push((await api.call(`${query}&x=1`, { method: 'PUT' })).text)
  answers.push((await api.call('/v1/echo', { body: `{"word":"${PERSONAL}"` })).text)
  answers.push((await api.call('/v1/echo', { body: { [PERSONAL]: 1 } })).text.replace(PERSONAL, ''))
  const forged = { 'x-crytom-signature': 'f'.repeat(64) }
  answers.push((await api.call('/v1/echo', { body: { word: PERSONAL }, headers: forged })).text)
  const keyed = { 'idempotency-key': `of ${PERSONAL.slice(2)}` }
  answers.push(
    (await api.call('/v1/clumsy', { body: { how: '', email: 'x' }, headers: keyed })).text,
  )

  const everything = ctx.logged() + answers.join('')
  assert.match(ctx.logged(), /"message":"a bug"/)
  const parts = [PERSONAL, 'Secret@example', encodeURIComponent(PERSONAL), 'f'.repeat(64)]
  for (const secret of [...parts, api.secretKeys.test.slice(8), api.secretKeys.test.slice(-12)]) {
    assert.equal(everything.includes(secret), false, secret)
  }
  assert.doesNotMatch(ctx.logged(), /[0-9a-f]{64}/)
})

test('a bug is logged with what it takes to find it', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [clumsy] })
  const { json, headers } = await api.call('/v1/clumsy', { body: { how: 'twice', email: 'x' } })
  const line = ctx
    .logged()
    .split('\n')
    .find((one) => one.includes('a request failed'))
  const logged: unknown = JSON.parse(line ?? '{}')
  const { request_id: requestId, route: where, error } = Object(logged)
  assert.equal(requestId, Object(json).request_id)
  assert.equal(requestId, headers['x-request-id'])
  assert.equal(where, '/v1/clumsy')
  assert.equal(error.code, '23505')
  assert.equal(error.constraint, 'once_pkey')
  assert.match(error.at.join('\n'), /secrets\.test\.ts/)
})

test('a refusal is no news: it is not logged as an error', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  await api.call('/v1/echo', { body: { word: 'x', fail: 'refusal' } })
  await api.call('/v1/echo', { body: { wrod: 'x' } })
  await api.send('/v1/echo')
  assert.doesNotMatch(ctx.logged(), /"level":50/)
})

test('an internal refusal is told as an internal error, and only that', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: echoRoutes })
  const { status, json, text } = await api.call('/v1/echo', {
    body: { word: 'api_key', fail: 'away' },
  })
  assert.equal(status, 500)
  assert.equal(Object(json).error, 'internal_error')
  assert.doesNotMatch(text, /master key/)
  assert.match(ctx.logged(), /seal_broken/)
})

test('a chain of causes is reported without end and without what is not an error', () => {
  const loop = new Error('loop')
  loop.cause = loop
  assert.ok(JSON.stringify(bugReport(loop)).length < 20_000)
  assert.deepEqual(bugReport('a thrown text'), { kind: 'string' })
})
