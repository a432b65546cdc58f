import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { testSandbox } from '../../test/sandbox.ts'
import { isError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { inDbTx } from '../shell/db.ts'
import type { Book } from '../shell/book.ts'
import { advanceClock } from './advance-clock.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

type Sandbox = Awaited<ReturnType<typeof testSandbox>>

const advance = ({ ctx }: Sandbox, book: Book, seconds: number) =>
  inDbTx(ctx, (dbTx) => advanceClock(ctx, dbTx, { book, seconds }))

/** Seen to fail with the clock set instead of moved on. */
test('the clock of one sandbox goes ahead, step by step', async () => {
  const sandbox = await testSandbox(database.db)
  const now = sandbox.ctx.clock.now()
  assert.equal(await advance(sandbox, sandbox.book, 90), now + 90_000)
  assert.equal(await advance(sandbox, sandbox.book, 10), now + 100_000)
  const other = await testSandbox(database.db)
  assert.equal(await advance(other, other.book, 1), now + 1_000)
})

test("no live clock is moved, and a sandbox's never out of all bounds", async () => {
  const sandbox = await testSandbox(database.db)
  const refuses = (code: ErrorCode, work: Promise<unknown>) =>
    assert.rejects(work, (error) => isError(error, code))
  await refuses('sandbox.test_key_needed', advance(sandbox, sandbox.live, 1))
  const decade = 10 * 366 * 86_400
  await advance(sandbox, sandbox.book, decade)
  await advance(sandbox, sandbox.book, decade)
  await refuses('sandbox.clock_too_far', advance(sandbox, sandbox.book, 1))
})
