import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../test/api.ts'
import { AppError } from '../errors/app-error.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { KEPT_MS } from './idempotency.ts'
import { upkeepJob } from './upkeep.job.ts'
import { depositBox, boxDatabase, notesIn, keyed, outcome } from '../../test/deposit-box.ts'

test('the same key and body gives the first answer again, and the work is done once', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  for (const target of ['/v1/box', '/v1/outside']) {
    const first = await api.call(target, keyed(`key of ${target}`, target))
    const second = await api.call(target, keyed(`key of ${target}`, target))
    assert.equal(outcome(first), 'worked')
    assert.equal(outcome(second), 'replayed')
    assert.equal(second.status, 201)
    assert.equal(second.text, first.text)
  }
  assert.deepEqual(await notesIn(database), ['/v1/box', '/v1/outside'])
})

test('without a key every request works', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  await api.call('/v1/box', { body: { note: 'a' } })
  await api.call('/v1/box', { body: { note: 'a' } })
  assert.deepEqual(await notesIn(database), ['a', 'a'])
})

/** Seen to fail with the kept request not compared. */
test('a key that was used for another request is refused: another body, another path', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  await api.call('/v1/box', keyed('k'))
  const otherBody = await api.call('/v1/box', keyed('k', 'two'))
  assert.equal(otherBody.status, 422)
  assert.equal(outcome(otherBody), 'idempotency_key_reused')
  assert.equal(outcome(await api.call('/v1/outside', keyed('k'))), 'idempotency_key_reused')
  assert.deepEqual(await notesIn(database), ['one'])
})

test('the books of an organization have keys of their own', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  assert.equal(outcome(await api.call('/v1/box', keyed('k'))), 'worked')
  assert.equal(outcome(await api.as(api.secretKeys.live)('/v1/box', keyed('k'))), 'worked')
})

test('a bug gives the key free, and leaves nothing of the work', async () => {
  await using database = await boxDatabase()
  const { routes, hooks } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  hooks.after = () => Promise.reject(new TypeError('broken'))
  const broken = await api.call('/v1/box', keyed('k'))
  assert.equal(broken.status, 500)
  assert.deepEqual(await notesIn(database), [])
  hooks.after = async () => undefined
  assert.equal(outcome(await api.call('/v1/box', keyed('k'))), 'worked')
})

test('a refusal is an answer too; one that passes with time is not', async () => {
  await using database = await boxDatabase()
  const { routes, hooks } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  hooks.after = () => Promise.reject(new AppError('tenancy.api_key_unknown', {}))
  const refused = await api.call('/v1/box', keyed('lasting'))
  hooks.after = () => Promise.reject(new AppError('api.temporarily_unavailable', {}))
  assert.equal((await api.call('/v1/box', keyed('passing'))).status, 503)
  hooks.after = async () => undefined
  const again = await api.call('/v1/box', keyed('lasting'))
  assert.equal(outcome(again), 'replayed')
  assert.equal(again.status, 404)
  assert.equal(again.text, refused.text)
  assert.equal(outcome(await api.call('/v1/box', keyed('passing'))), 'worked')
  assert.deepEqual(await notesIn(database), ['one'])
})

test('a request that never reached the work leaves its key unused', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  const headers = { 'idempotency-key': 'k' }
  assert.equal((await api.call('/v1/box', { body: { nte: 'x' }, headers })).status, 400)
  assert.equal(outcome(await api.call('/v1/box', keyed('k'))), 'worked')
})

test('a key is 1 to 255 printable characters', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  for (const key of ['x'.repeat(256), 'a\tb', 'é']) {
    assert.equal(outcome(await api.call('/v1/box', keyed(key))), 'idempotency_key_invalid')
  }
  assert.equal(outcome(await api.call('/v1/box', keyed('"8e03978e-40d5 x"'))), 'worked')
  assert.equal(outcome(await api.call('/v1/box', keyed('x'.repeat(255)))), 'worked')
})

test('answers are kept for thirty days, sealed', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes })
  const first = await api.call('/v1/box', keyed('k', 'a note'))
  const rows = await database.db.query<{ sealed_answer: Buffer }>(
    'select sealed_answer from idempotency_record',
  )
  assert.equal(rows[0]?.sealed_answer.includes(String(Object(Object(first.json).data).id)), false)
  ctx.clock.advance(KEPT_MS - 1)
  await runDueOnce(ctx, upkeepJob(ctx))
  assert.equal(outcome(await api.call('/v1/box', keyed('k', 'a note'))), 'replayed')
  ctx.clock.advance(1)
  assert.equal(outcome(await api.call('/v1/box', keyed('k', 'another note'))), 'worked')
  ctx.clock.advance(KEPT_MS)
  await runDueOnce(ctx, upkeepJob(ctx))
  assert.deepEqual(await database.db.query('select * from idempotency_record'), [])
})
