import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import { sqlConstraint, sqlState, type Db } from '../shell/db.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { BNB, booksCtx, newBook } from './sample-books.suite.ts'
import { sealEntries } from './seal-entries.job.ts'
import type { Entry } from './transfer.ts'
import { verifyLedger } from './verify.action.ts'

const custody = account('custody', BNB)
const available = account('merchant.available', BNB)

const deposit: Entry = {
  operation: 'deposit',
  externalId: 'deposit',
  facts: {},
  transfers: [{ debit: custody, credit: available, asset: BNB, units: units(10n) }],
}

async function depositedBook(db: Db): Promise<BookId> {
  const ctx = booksCtx(db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  assert.equal((await ledger.post(bookId, deposit)).kind, 'posted')
  await sealEntries(ctx)
  return bookId
}

/** Seen to fail on a planted fault: the trigger `entry_grows` left out of the migration. */
test('nothing that was booked can be changed, deleted or truncated, not even by the owner', async () => {
  await using database = await testDatabase()
  await depositedBook(database.db)
  const changes = ['entry', 'transfer', 'line', 'seal'].flatMap((table) => [
    `update ${table} set book_id = book_id`,
    `delete from ${table}`,
    `truncate ${table}`,
  ])
  const identities = ['account_id', 'purpose', 'owner', 'asset', 'normal_side', 'overdraft']
  const refused = [
    ...changes,
    ...identities.map((column) => `update account set ${column} = ${column}`),
    'delete from account',
    'truncate account',
  ]
  for (const sql of refused) {
    await assert.rejects(database.db.script(sql), (error) => sqlState(error) === '23001', sql)
  }
  assert.equal((await verifyLedger(database)).kind, 'whole')
})

/** Lines and sums written by hand, `posted` on two accounts and any lines beside them. */
const writeByHand = (bookId: BookId, posted: readonly [bigint, bigint]): string => `
  update account a set version = version + 1,
    posted = case account_id when '${custody.accountId}' then ${posted[0]} else ${posted[1]} end
  where book_id = '${bookId}';`

/** A line of one made-up transfer: debits of `merchant.available`, credits of `custody`. */
function lineByHand(
  bookId: BookId,
  { seq, side, amount, held = 0n }: { seq: number; side: string; amount: bigint; held?: bigint },
): string {
  const isDebit = side === 'debit'
  const posted = (isDebit ? 10n : -10n) + amount
  return `('${bookId}', '${isDebit ? available.accountId : custody.accountId}', ${seq}, 'entry_x', 0,
    '${side}', ${amount}, ${held}, ${posted}, ${isDebit ? held : 0n}, ${isDebit ? 0n : held},
    '${isDebit ? 'credit' : 'debit'}', 'refused', now())`
}

/** Seen to fail on a planted fault: `account_no_overdraft` without `pending_debits`. */
test('a balance that must not be negative cannot be written by hand either', async () => {
  await using database = await testDatabase()
  const bookId = await depositedBook(database.db)
  const holdByHand = 'update account set pending_debits = 11, pending_credits = 11'
  const line = (of: { amount: bigint; held?: bigint }): string =>
    lineByHand(bookId, { seq: 2, side: 'debit', ...of })
  const refusals = [
    [writeByHand(bookId, [1n, -1n]), 'account_no_overdraft'],
    [`${holdByHand} where normal_side = 'credit'`, 'account_no_overdraft'],
    [`${holdByHand} where normal_side = 'debit'`, 'account_no_overdraft'],
    [`insert into line values ${line({ amount: -11n })}`, 'line_no_overdraft'],
    [`insert into line values ${line({ amount: 0n, held: 11n })}`, 'line_no_overdraft'],
    [`update account set state = 'closed', state_entry_id = 'x'`, 'account_closed_is_empty'],
  ] as const
  for (const [sql, constraint] of refusals) {
    const rejects = (error: unknown): boolean => sqlConstraint(error) === constraint
    await assert.rejects(database.db.script(sql), rejects, sql)
  }
})

/**
 * Seen to fail on planted faults: `line_balanced` without the sum, the count or the sides;
 * `account_balanced` without either.
 */
test('what is not balanced cannot be written by hand', async () => {
  await using database = await testDatabase()
  const bookId = await depositedBook(database.db)
  const line = (seq: number, side: string, amount: bigint, held = 0n): string =>
    lineByHand(bookId, { seq, side, amount, held })
  const debit = line(2, 'debit', -5n)
  const credit = line(2, 'credit', 5n)
  const lines = [
    [debit],
    [debit, line(2, 'credit', 4n)],
    [debit, credit, line(3, 'debit', -5n), line(3, 'credit', 5n)],
    [line(2, 'debit', 0n, 1n), line(3, 'debit', 0n, 1n)],
    [line(2, 'debit', 0n, 1n), line(2, 'credit', 0n, 2n)],
  ]
  const refusals: readonly (readonly [string, string])[] = [
    ...lines.map((some) => [`insert into line values ${some.join()}`, 'line_balanced'] as const),
    [writeByHand(bookId, [-10n, 11n]), 'account_balanced'],
    [`update account set pending_credits = 5 where posted > 0`, 'account_balanced'],
    [`update account set posted = 5 where posted > 0`, 'account_balanced'],
  ]
  for (const [sql, constraint] of refusals) {
    const rejects = (error: unknown): boolean => sqlConstraint(error) === constraint
    await assert.rejects(database.db.script(sql), rejects, sql)
  }
  const [row] = await database.db.query<{ posted: bigint }>(
    'select posted from account where account_id = $1',
    [available.accountId],
  )
  assert.equal(row?.posted, 10n)
})

test('an account cannot be born with a balance', async () => {
  await using database = await testDatabase()
  const born = `insert into account
    (book_id, account_id, purpose, asset, normal_side, overdraft, posted, version)
    values ('book_1', 'x', 'x', 'x', 'credit', 'refused', 5, `
  await assert.rejects(database.db.script(`${born} 0)`), (error) => sqlState(error) === '23001')
  await assert.rejects(database.db.script(`${born} 1)`), (error) => sqlState(error) === '23001')
})
