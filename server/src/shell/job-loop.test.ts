import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { manualClock } from './clock.ts'
import type { Db } from './db.ts'
import { runDueOnce, type Job } from './job-loop.ts'
import { createLog } from './log.ts'

type Key = Readonly<{ task_id: string }>

const START = Date.UTC(2026, 0, 1)

async function taskTable(db: Db, due: readonly number[]): Promise<void> {
  await db.query(`create table task (task_id text primary key, due_at timestamptz,
    lease_until timestamptz, tries int not null default 0, done int not null default 0)`)
  for (const [index, at] of due.entries()) {
    await db.query('insert into task (task_id, due_at) values ($1, $2)', [
      `t${index}`,
      new Date(at),
    ])
  }
}

function taskJob(db: Db, changes: Partial<Job<Key>> = {}): Job<Key> {
  return {
    name: 'task',
    table: 'task',
    key: ['task_id'],
    clock: 'machine',
    batch: 10,
    leaseMs: 30_000,
    triesMax: 3,
    run: async (key) => {
      await db.query('update task set done = done + 1, due_at = null where task_id = $1', [
        key.task_id,
      ])
    },
    giveUp: async (key) => {
      await db.query('update task set done = -1, due_at = null where task_id = $1', [key.task_id])
    },
    ...changes,
  }
}

const doneCounts = async (db: Db): Promise<number[]> =>
  (await db.query<{ done: number }>('select done from task order by task_id')).map(
    (row) => row.done,
  )

test('a job runs when its time has come, and once', async () => {
  await using database = await testDatabase()
  const clock = manualClock(START)
  const ctx = { db: database.db, clock, log: createLog('silent') }
  await taskTable(ctx.db, [START - 1, START, START + 1])
  assert.equal(await runDueOnce(ctx, taskJob(ctx.db)), 2)
  assert.equal(await runDueOnce(ctx, taskJob(ctx.db)), 0)
  clock.advance(1)
  assert.equal(await runDueOnce(ctx, taskJob(ctx.db)), 1)
  assert.deepEqual(await doneCounts(ctx.db), [1, 1, 1])
})

/** Seen to fail when a claim ignored the lease. */
test('two workers never hold the same row', async () => {
  await using database = await testDatabase()
  const ctx = { db: database.db, clock: manualClock(START), log: createLog('silent') }
  await taskTable(
    ctx.db,
    Array.from({ length: 40 }, () => START),
  )
  const job = taskJob(ctx.db, { batch: 7 })
  const claimed = await Promise.all(Array.from({ length: 8 }, () => runDueOnce(ctx, job)))
  while ((await runDueOnce(ctx, job)) > 0) claimed.push(0)
  assert.deepEqual(
    await doneCounts(ctx.db),
    Array.from({ length: 40 }, () => 1),
  )
})

/** Seen to fail when a claim ignored the lease. */
test('the row of a worker that died is taken over when its lease ends', async () => {
  await using database = await testDatabase()
  const clock = manualClock(START)
  const ctx = { db: database.db, clock, log: createLog('silent') }
  await taskTable(ctx.db, [START])
  const dead = new Date(START + 10_000)
  await ctx.db.query('update task set lease_until = $1, tries = 1', [dead])
  assert.equal(await runDueOnce(ctx, taskJob(ctx.db)), 0)
  clock.advance(10_000)
  assert.equal(await runDueOnce(ctx, taskJob(ctx.db)), 1)
  assert.deepEqual(await doneCounts(ctx.db), [1])
})

/** Seen to fail when `triesMax` was compared with `>=`, and when a failure kept no pause. */
test('a failing job is tried again after a growing pause, then given up visibly', async () => {
  await using database = await testDatabase()
  const clock = manualClock(START)
  const ctx = { db: database.db, clock, log: createLog('silent') }
  await taskTable(ctx.db, [START])
  let runs = 0
  const job = taskJob(ctx.db, {
    run: async () => {
      runs += 1
      throw new Error('upstream is down')
    },
  })
  for (const pause of [0, 500, 1_000, 2_000]) {
    if (pause > 0) {
      clock.advance(pause - 1)
      assert.equal(await runDueOnce(ctx, job), 0)
      clock.advance(1)
    }
    assert.equal(await runDueOnce(ctx, job), 1)
  }
  assert.equal(runs, 3)
  assert.deepEqual(await doneCounts(ctx.db), [-1])
})

test('a row of a book falls due by the clock of that book', async () => {
  await using database = await testDatabase()
  const ctx = { db: database.db, clock: manualClock(START), log: createLog('silent') }
  await taskTable(ctx.db, [START + 60_000])
  await ctx.db.query("alter table task add column book_id text not null default 'book_1'")
  await ctx.db.query("insert into organization values ('org_1', 'One', now())")
  await ctx.db
    .query(`insert into book (book_id, org_id, environment, derivation_account, created_at)
    values ('book_1', 'org_1', 'test', 0, now())`)
  const job = taskJob(ctx.db, { clock: 'book' })
  assert.equal(await runDueOnce(ctx, job), 0)
  await ctx.db.query('update book set clock_offset_ms = 60000')
  assert.equal(await runDueOnce(ctx, job), 1)
})
