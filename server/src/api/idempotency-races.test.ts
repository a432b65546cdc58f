import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../test/api.ts'
import { openDb } from '../shell/db.ts'
import { CLAIM_MS } from './idempotency.ts'
import { depositBox, boxDatabase, notesIn, keyed, outcome } from '../../test/deposit-box.ts'

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
