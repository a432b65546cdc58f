import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testDatabase } from '../../test/database.ts'
import type { BookId } from '../shell/book.ts'
import { createLedger } from './ledger.ts'
import { numberedEntry } from './posting-child.suite.ts'
import { booksCtx, newBook } from './sample-books.suite.ts'
import { sealEntries } from './seal-entries.job.ts'
import { verifyLedger } from './verify.action.ts'

const CHILD = fileURLToPath(new URL('./posting-child.suite.ts', import.meta.url))
const KILLS = 8

/** Numbers that a child told as acknowledged before it was killed at the `killAt`th of them. */
function killedAt(killAt: number, args: readonly string[]): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const told: number[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      told.push(Number(line))
      if (told.length === killAt) child.kill('SIGKILL')
    })
    child.once('error', reject)
    // After 'close' every line that was written has been read.
    child.once('close', () => resolve(told))
  })
}

/**
 * Each child begins with numbers that the one before it had asked already, so what was committed
 * without an answer is asked again.
 *
 * Seen to fail on a planted fault: the writer answering before its statement has.
 */
test('what a killed process was told is booked stays booked, once, and the books prove whole', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  const bookId: BookId = newBook(ctx)
  const acknowledged = new Set<number>()
  let first = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    const told = await killedAt(1 + ((kill * 197) % 700), [database.url, bookId, String(first)])
    for (const number of told) acknowledged.add(number)
    first = Math.max(0, Math.max(...acknowledged) - 100)
  }
  const rows = await ctx.db.query<{ external_id: string }>(
    'select external_id from entry where book_id = $1',
    [bookId],
  )
  const booked = new Set(rows.map((row) => row.external_id))
  const missing = [...acknowledged].filter((number) => !booked.has(`entry:${number}`))
  assert.deepEqual(missing, [])
  assert(acknowledged.size >= KILLS)
  await using ledger = createLedger(ctx)
  const again = await Promise.all(
    [...acknowledged].map((number) => ledger.post(bookId, numberedEntry(number))),
  )
  assert(again.every((result) => result.kind === 'exists'))
  await sealEntries(ctx)
  const verdict = await verifyLedger(ctx)
  assert.equal(verdict.kind, 'whole', JSON.stringify(verdict))
})
