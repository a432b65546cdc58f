import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testApi, testApiCtx, type Reply } from '../../test/api.ts'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { AppError } from '../errors/app-error.ts'
import { openDb } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { CLAIM_MS, KEPT_MS } from './idempotency.ts'
import { route } from './route.ts'
import { upkeepJob } from './upkeep.job.ts'

type Hooks = { before: (id: string) => Promise<void>; after: (id: string) => Promise<void> }

/** A write that leaves a row, and a hook at each end of its work. */
function depositBox() {
  const hooks: Hooks = { before: async () => undefined, after: async () => undefined }
  const shape = {
    method: 'POST',
    summary: 'Put in',
    tag: 'Test',
    body: z.strictObject({ note: z.string() }),
    reply: { 201: z.strictObject({ id: z.string() }) },
  } as const
  const local = route({
    ...shape,
    path: '/v1/box',
    errors: ['tenancy.api_key_unknown'],
    handleInDbTx: async (ctx, dbTx, { body }) => {
      const id = ctx.ids.next('box')
      await hooks.before(id)
      await dbTx.query('insert into box values ($1, $2)', [id, body.note])
      await hooks.after(id)
      return { status: 201, data: { id } }
    },
  })
  const outside = route({
    ...shape,
    path: '/v1/outside',
    handle: async (ctx, { body }) => {
      const id = ctx.ids.next('box')
      await hooks.before(id)
      await ctx.db.query('insert into box values ($1, $2)', [id, body.note])
      await hooks.after(id)
      return { status: 201, data: { id } }
    },
  })
  return { hooks, routes: [local, outside] }
}

async function boxDatabase(): Promise<TestDatabase> {
  const database = await testDatabase()
  await database.db.script('create table box (id text primary key, note text not null)')
  return database
}

const notesIn = async ({ db }: TestDatabase): Promise<string[]> =>
  (await db.query<{ note: string }>('select note from box order by note')).map((row) => row.note)

const keyed = (key: string, note = 'one') => ({
  body: { note },
  headers: { 'idempotency-key': key },
})

const outcome = ({ status, headers, json }: Reply): string => {
  if (headers['idempotency-replayed'] === 'true') return 'replayed'
  return status === 201 ? 'worked' : String(Object(json).error)
}

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

/** Seen to fail with claims never made, and with the second of a batch given the first's claim. */
test('fifty requests with one key at once do the work once, over two processes', async () => {
  await using database = await boxDatabase()
  const { routes } = depositBox()
  await using first = await testApi(testApiCtx(database.db), { routes })
  await using otherDb = openDb(database.url)
  const otherCtx = testApiCtx(otherDb)
  otherCtx.clock.advance(1_000)
  await using second = await testApi(otherCtx, { routes })
  for (const target of ['/v1/box', '/v1/outside']) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, place) =>
        (place % 2 === 0 ? first.call : second.as(first.secretKeys.test))(target, keyed(target)),
      ),
    )
    const outcomes = answers.map(outcome)
    assert.equal(outcomes.filter((one) => one === 'worked').length, 1)
    const allowed = new Set(['worked', 'replayed', 'idempotency_in_progress'])
    assert.deepEqual(
      outcomes.filter((one) => !allowed.has(one)),
      [],
    )
    assert.equal(outcome(await second.as(first.secretKeys.test)(target, keyed(target))), 'replayed')
  }
  assert.equal((await notesIn(database)).length, 2)
})

test('while the first is at work, the second is told to come back: 409', async () => {
  await using database = await boxDatabase()
  const { routes, hooks } = depositBox()
  await using api = await testApi(testApiCtx(database.db), { routes })
  const started = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  hooks.after = async () => {
    started.resolve()
    await open.promise
  }
  const first = api.call('/v1/box', keyed('k'))
  await started.promise
  const second = await api.call('/v1/box', keyed('k'))
  assert.equal(second.status, 409)
  assert.equal(outcome(second), 'idempotency_in_progress')
  assert.equal(second.headers['retry-after'], '1')
  assert.equal(outcome(await api.call('/v1/box', keyed('k', 'two'))), 'idempotency_key_reused')
  open.resolve()
  assert.equal(outcome(await first), 'worked')
  assert.equal(outcome(await api.call('/v1/box', keyed('k'))), 'replayed')
})

/**
 * The other process commits between our work and our record. Seen to fail with the answer recorded
 * after the commit of the work.
 */
test('of two processes at work for one key, the second cannot commit and gives the first’s answer', async () => {
  await using database = await boxDatabase()
  const { routes, hooks } = depositBox()
  await using first = await testApi(testApiCtx(database.db), { routes })
  await using otherDb = openDb(database.url)
  const otherCtx = testApiCtx(otherDb)
  otherCtx.clock.advance(1_000)
  await using second = await testApi(otherCtx, { routes })
  const started = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  hooks.after = async () => {
    hooks.after = async () => undefined
    started.resolve()
    await open.promise
  }
  const frozen = first.call('/v1/box', keyed('k'))
  await started.promise
  const quicker = await second.as(first.secretKeys.test)('/v1/box', keyed('k'))
  assert.equal(outcome(quicker), 'worked')
  open.resolve()
  const late = await frozen
  assert.equal(outcome(late), 'replayed')
  assert.equal(late.text, quicker.text)
  assert.deepEqual(await notesIn(database), ['one'])
})

/** Seen to fail with claims that never end. */
test('a claim of work outside whose process died is taken over after a minute, not before', async () => {
  await using database = await boxDatabase()
  const { routes, hooks } = depositBox()
  const ctx = testApiCtx(database.db)
  await using dead = await testApi(ctx, { routes })
  await using api = await testApi(ctx, { routes })
  const started = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  hooks.before = async () => {
    hooks.before = async () => undefined
    started.resolve()
    await open.promise
  }
  const frozen = dead.call('/v1/outside', keyed('k'))
  await started.promise
  const again = () => api.as(dead.secretKeys.test)('/v1/outside', keyed('k'))
  ctx.clock.advance(CLAIM_MS - 1)
  assert.equal(outcome(await again()), 'idempotency_in_progress')
  ctx.clock.advance(1)
  assert.equal(outcome(await again()), 'worked')
  open.resolve()
  assert.equal(outcome(await frozen), 'replayed')
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
