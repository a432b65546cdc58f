import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import { inDbTx, type Db } from '../shell/db.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { balanceOf } from './read-balances.action.ts'
import { requirePosted } from './result.ts'
import { BNB, booksCtx, newBook, type BooksCtx } from './sample-books.suite.ts'
import type { AccountSpec, Entry } from './transfer.ts'

const custody = account('custody', BNB)
const available = account('merchant.available', BNB)

const move = (externalId: string, debit: AccountSpec, amount: bigint): Entry => ({
  operation: 'test',
  externalId,
  facts: {},
  transfers: [
    { debit, credit: debit === custody ? available : custody, asset: BNB, units: units(amount) },
  ],
})

/** Seen to fail on a planted fault: a lost connection answered like any other error. */
test('whoever loses the database while posting is told to ask again, and asking again books once', async () => {
  await using database = await testDatabase('second allowed')
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  await ledger.post(bookId, move('in', custody, 5n))
  const out = move('out', available, 2n)
  const asked = await inDbTx(ctx, async (dbTx) => {
    await dbTx.query('select * from account for update')
    // Heard from the start: it may fail before whoever ended its connection has come back.
    const answer = ledger.post(bookId, out).catch((error: unknown) => error)
    await terminateWaiting(ctx)
    return [answer]
  })
  const [error] = await Promise.all(asked)
  assert(isError(error, 'ledger.outcome_unknown'), String(error))
  assert.match((await ledger.post(bookId, out)).kind, /^(posted|exists)$/)
  assert.equal((await ledger.post(bookId, out)).kind, 'exists')
  assert.equal((await balanceOf(ctx.db, bookId, available.accountId))?.posted, 3n)
})

/** Planted fault: a dbTx goes on taking statements after its end, so that some of them stand. */
test('of entries posted together none stands when one of them is refused', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const posting: Promise<unknown>[] = []
  const refused = inDbTx(ctx, async (dbTx) => {
    for (let place = 0; place < 120; place += 1) {
      const entry = move(`e${place}`, place === 0 ? available : custody, 1n)
      const result = ledger.postTogether(dbTx, bookId, entry)
      posting.push(result.then((one) => requirePosted(entry.externalId, one)))
    }
    await Promise.all(posting)
  })
  await assert.rejects(refused)
  await Promise.allSettled(posting)
  assert.deepEqual(await ctx.db.query('select external_id from entry'), [])
})

/** Ends the connection that waits for a lock, as soon as there is one. */
async function terminateWaiting({ db }: BooksCtx): Promise<void> {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const ended = await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (ended.length > 0) return
  }
  assert.fail('nobody waited for a lock')
}

/**
 * Plans are made once, at the first batch of a connection: they must not count on empty tables.
 *
 * Seen to fail on planted faults: connections with `enable_seqscan` on; `left join changed` on a
 * column that cannot be hashed.
 */
test('the plan that is made on an empty ledger looks accounts up by key', async () => {
  await using database = await testDatabase()
  // A table that is known to be empty is the worst of all: reading it through costs nothing.
  await database.db.script('analyze')
  const statements = new Set<string>()
  const query: Db['query'] = (sql, params) => {
    if (sql.includes('insert into line')) statements.add(sql)
    return database.db.query(sql, params)
  }
  const ctx = booksCtx({ ...database.db, query })
  await using ledger = createLedger(ctx)
  await ledger.post(newBook(ctx), move('in', custody, 5n))
  assert.equal(statements.size, 1)
  for (const sql of statements) {
    const plan = await genericPlan(database.db, sql)
    assert.match(plan, /account_pkey on account a .*\n *Index Cond: .*book_id = .*account_id = /)
    assert.doesNotMatch(plan, /Seq Scan|Nested Loop Left Join/)
  }
})

/** The plan of a statement for any parameters, as its connection keeps it. */
const genericPlan = (db: Db, sql: string): Promise<string> =>
  db.withConnection(async (connection) => {
    await connection.script(`prepare statement as ${sql}`)
    const parameters = [...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
    const nulls = Array.from({ length: Math.max(...parameters) }, () => 'null').join(', ')
    const rows = await connection.query<{ 'QUERY PLAN': string }>(
      `explain execute statement (${nulls})`,
    )
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
