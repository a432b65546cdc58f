import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { units } from '../money/units.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { balanceAt, balances, chartBalances } from './read-balances.action.ts'
import {
  entriesByObject,
  entriesByPrefix,
  entryByExternalId,
  entryById,
} from './read-entries.action.ts'
import { history, type StatementLine } from './read-history.action.ts'
import { BNB, booksCtx, BTC, newBook } from './sample-books.suite.ts'
import { reverse } from './reverse.ts'
import type { AccountSpec, Entry } from './transfer.ts'

const custody = account('custody', BNB)
const available = account('merchant.available', BNB)

const move = (
  externalId: string,
  debit: AccountSpec,
  credit: AccountSpec,
  amount: bigint,
): Entry => ({
  operation: 'test',
  externalId,
  facts: { object: `pay_${externalId.slice(0, 1)}`, note: 'ü"\\' },
  transfers: [{ debit, credit, asset: debit.asset, units: units(amount) }],
})

/**
 * Seen to fail on planted faults: `booked_at` not held back at the account's last (a clock that runs
 * behind then hides lines from the search); the search with `<` for `<=`.
 */
test('the balance at any moment is the one after the last line booked until then', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  // Steps back stand for another process, whose clock runs behind.
  const anySteps = fc.array(fc.tuple(fc.integer({ min: -3, max: 5 }), fc.bigInt(1n, 9n)), {
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      const bookId = newBook(ctx)
      const start = ctx.clock.now()
      for (const [index, [ms, amount]] of steps.entries()) {
        ctx.clock.advance(ms)
        const entry = move(`${index}`, custody, available, amount)
        assert.equal((await ledger.post(bookId, entry)).kind, 'posted')
      }
      const key = { bookId, accountId: available.accountId }
      const { lines } = await history(ctx.db, key, { limit: 100 })
      for (let at = start - 4; at <= ctx.clock.now() + 20; at += 1) {
        const last = lines.find((line) => line.bookedAt <= at)
        assert.deepEqual(await balanceAt(ctx.db, key, at), last?.balance)
      }
      assert.equal(await balanceAt(ctx.db, { ...key, accountId: custody.accountId }, 0), undefined)
    }),
    { numRuns: 10 },
  )
})

test('a statement lists every line once, newest first, each with the balance after it', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  await ledger.post(bookId, move('in', custody, available, 100n))
  for (let index = 0; index < 6; index += 1) {
    await ledger.post(bookId, move(`out ${index}`, available, custody, 10n))
  }
  const lines: StatementLine[] = []
  let before: number | undefined
  do {
    const page = await history(
      ctx.db,
      { bookId, accountId: available.accountId },
      { limit: 3, ...(before === undefined ? {} : { before }) },
    )
    lines.push(...page.lines)
    before = page.next
  } while (before !== undefined)
  assert.deepEqual(
    lines.map((line) => line.seq),
    [7, 6, 5, 4, 3, 2, 1],
  )
  assert.deepEqual(lines.map((line) => [line.change, line.balance.posted]).slice(-2), [
    [-10n, 90n],
    [100n, 100n],
  ])
  const [newest] = lines
  assert.deepEqual(newest?.facts, { object: 'pay_o', note: 'ü"\\' })
  assert.equal(newest?.counterpart, custody.accountId)
  const others = await history(
    ctx.db,
    { bookId: newBook(ctx), accountId: available.accountId },
    { limit: 3 },
  )
  assert.deepEqual(others, { lines: [], next: undefined })
})

test('entries are found by id, by external id, by its beginning and by what they are about', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const names = ['a:1', 'a:2', 'a:3', 'b:1', 'ä:1']
  const entries = names.map((name) => move(name, custody, available, 1n))
  for (const entry of entries) await ledger.post(bookId, entry)
  const found = await entryByExternalId(ctx.db, bookId, 'a:2')
  assert(found !== undefined)
  assert.deepEqual(await entryById(ctx.db, bookId, found.entryId), found)
  assert.equal(await entryById(ctx.db, newBook(ctx), found.entryId), undefined)
  assert.deepEqual(
    found.transfers.map(({ ends, kind, ...transfer }) => transfer),
    entries[1]?.transfers,
  )
  const first = await entriesByPrefix(ctx.db, { bookId, prefix: 'a:' }, { limit: 2 })
  const rest = await entriesByPrefix(
    ctx.db,
    { bookId, prefix: 'a:' },
    { limit: 2, after: first.next ?? '' },
  )
  const listed = [...first.entries, ...rest.entries].map((entry) => entry.externalId)
  assert.deepEqual([listed, rest.next], [['a:1', 'a:2', 'a:3'], undefined])
  const whole = await entriesByPrefix(ctx.db, { bookId, prefix: 'a:' }, { limit: 3 })
  assert.deepEqual([whole.entries.length, whole.next], [3, undefined])
  const about = await entriesByObject(ctx.db, { bookId, object: 'pay_b' }, { limit: 10 })
  assert.deepEqual(
    about.entries.map((entry) => entry.externalId),
    ['b:1'],
  )
  assert.equal((await ledger.post(bookId, reverse(found))).kind, 'posted')
})

test('the chart adds up the accounts of a purpose, each asset by itself', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const wallet = (owner: string, asset = BNB): AccountSpec =>
    account('customer.wallet', asset, owner)
  await ledger.post(bookId, move('a', custody, wallet('wal_1'), 5n))
  await ledger.post(bookId, move('b', custody, wallet('wal_2'), 7n))
  await ledger.post(bookId, move('c', account('custody', BTC), wallet('wal_2', BTC), 9n))
  const sums = (await chartBalances(ctx.db, bookId)).map((one) => [
    one.purpose,
    one.asset,
    one.accounts,
    one.available,
  ])
  assert.deepEqual(sums, [
    ['custody', BTC, 1, 9n],
    ['custody', BNB, 1, 12n],
    ['customer.wallet', BTC, 1, 9n],
    ['customer.wallet', BNB, 2, 12n],
  ])
  const owned = await balances(ctx.db, bookId, { owner: 'wal_2' })
  assert.deepEqual(
    owned.map((one) => [one.asset, one.posted]),
    [
      [BTC, 9n],
      [BNB, 7n],
    ],
  )
})
