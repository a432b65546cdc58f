import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { units, type AssetId } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { systemClock } from '../shell/clock.ts'
import { createIds } from '../shell/ids.ts'
import type { BookId } from '../shell/book.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { balances, balanceAt } from './read-balances.action.ts'
import { entriesByObject, entriesByPrefix, entryByExternalId } from './read-entries.action.ts'
import { history } from './read-history.action.ts'
import type { Entry } from './transfer.ts'

const BNB = 'eip155:56/slip44:714' as AssetId
const book = 'book_1' as BookId
const custody = account('custody', BNB)
const available = account('merchant.available', BNB)

const deposit = (externalId: string, amount: bigint): Entry => ({
  operation: 'deposit',
  externalId,
  facts: { object: 'pay_1', note: 'ü"\\' },
  transfers: [{ debit: custody, credit: available, asset: BNB, units: units(amount) }],
})

test('an entry is booked once, whichever writer is asked', async () => {
  await using database = await testDatabase()
  const ctx = { db: database.db, clock: systemClock, ids: createIds(systemClock) }
  await using ledger = createLedger(ctx)
  const [first, again] = await Promise.all([
    ledger.post(book, deposit('a', 5n)),
    ledger.post(book, deposit('a', 5n)),
  ])
  assert.equal(first.kind, 'posted')
  assert.deepEqual(again, { ...first, kind: 'exists' })
  const inTx = await inDbTx(ctx, (dbTx) => ledger.postInDbTx(dbTx, book, deposit('a', 5n)))
  assert.deepEqual(inTx, { ...first, kind: 'exists' })
  const other = await ledger.post(book, deposit('a', 6n))
  assert.deepEqual(other, { ...first, kind: 'exists_different' })
  const [balance] = await balances(ctx.db, book, { purpose: 'merchant.available' })
  assert.equal(balance?.available, 5n)
  const page = await history(
    ctx.db,
    { bookId: book, accountId: available.accountId },
    { limit: 10 },
  )
  assert.deepEqual(
    page.lines.map((line) => [line.seq, line.change]),
    [[1, 5n]],
  )
  assert.deepEqual(page.lines[0]?.facts, { object: 'pay_1', note: 'ü"\\' })
  assert.equal((await entryByExternalId(ctx.db, book, 'a'))?.transfers.length, 1)
  assert.equal(
    (await entriesByObject(ctx.db, { bookId: book, object: 'pay_1' }, { limit: 5 })).entries.length,
    1,
  )
  assert.equal(
    (await entriesByPrefix(ctx.db, { bookId: book, prefix: 'a' }, { limit: 5 })).entries.length,
    1,
  )
  const at = await balanceAt(
    ctx.db,
    { bookId: book, accountId: available.accountId },
    Date.now() + 5,
  )
  assert.equal(at?.posted, 5n)
})
