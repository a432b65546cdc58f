import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { isError } from '../errors/app-error.ts'
import { units, type AssetId } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { balanceOf, lockAvailable } from './read-balances.action.ts'
import { requirePosted, type PostResult } from './result.ts'
import { BNB, booksCtx, BTC, newBook } from './sample-books.suite.ts'
import { setAccountState } from './set-account-state.action.ts'
import { reverse } from './reverse.ts'
import type { AccountSpec, Entry, Transfer } from './transfer.ts'

const custody = account('custody', BNB)
const available = account('merchant.available', BNB)
const payable = account('refunds.payable', BNB)

const entry = (externalId: string, ...transfers: Transfer[]): Entry => ({
  operation: 'test',
  externalId,
  facts: { object: 'pay_1' },
  transfers,
})

const move = (debit: AccountSpec, credit: AccountSpec, amount: bigint): Transfer => ({
  debit,
  credit,
  asset: debit.asset,
  units: units(amount),
})

const hold = (debit: AccountSpec, credit: AccountSpec, amount: bigint): Transfer => ({
  kind: 'pending',
  debit,
  credit,
  asset: debit.asset,
  units: units(amount),
})

test('the same id with the same content is the same entry; with other content it is refused', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const first = await ledger.post(bookId, entry('a', move(custody, available, 5n)))
  assert(first.kind === 'posted')
  const asked = [
    [entry('a', move(custody, available, 5n)), 'exists'],
    [entry('a', move(custody, available, 6n)), 'exists_different'],
    [entry('a', move(custody, payable, 5n)), 'exists_different'],
    [entry('a', hold(custody, available, 5n)), 'exists_different'],
    [{ ...entry('a', move(custody, available, 5n)), operation: 'other' }, 'exists_different'],
    [{ ...entry('a', move(custody, available, 5n)), facts: {} }, 'exists_different'],
    [{ ...entry('a', move(custody, available, 5n)), effectiveAt: 1 }, 'exists_different'],
  ] as const
  for (const [again, kind] of asked) {
    ctx.clock.advance(1_000)
    const expected: PostResult = { kind, entryId: first.entryId }
    assert.deepEqual(await ledger.post(bookId, again), expected)
    assert.deepEqual(await inDbTx(ctx, (tx) => ledger.postInDbTx(tx, bookId, again)), expected)
  }
})

test('a hold takes from what is available, its end from what is posted, and it ends once', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const balance = async (): Promise<unknown> => {
    const { accountId, purpose, owner, asset, ...sums } =
      (await balanceOf(ctx.db, bookId, available.accountId)) ?? assert.fail()
    return sums
  }
  const post = async (one: Entry): Promise<string> => (await ledger.post(bookId, one)).kind
  await post(entry('in', move(custody, available, 10n)))
  assert.equal(await post(entry('hold', hold(available, payable, 7n))), 'posted')
  assert.deepEqual(await balance(), { posted: 10n, pendingIn: 0n, pendingOut: 7n, available: 3n })
  assert.equal(await post(entry('too much', move(available, payable, 4n))), 'insufficient_balance')
  const end = { pending: { externalId: 'hold', transfer: 0 } }
  assert.equal(
    await post(entry('more', { ...end, kind: 'post', units: units(8n) })),
    'pending_exceeded',
  )
  assert.equal(await post(entry('end', { ...end, kind: 'post', units: units(6n) })), 'posted')
  assert.deepEqual(await balance(), { posted: 4n, pendingIn: 0n, pendingOut: 0n, available: 4n })
  assert.equal(await post(entry('end again', { ...end, kind: 'void' })), 'pending_ended')
  assert.equal(await post(entry('end', { ...end, kind: 'post', units: units(6n) })), 'exists')
})

test('an entry stands or falls as a whole, and its neighbours in the batch by themselves', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const results = await Promise.all([
    ledger.post(bookId, entry('in', move(custody, available, 5n))),
    ledger.post(bookId, entry('half', move(available, payable, 5n), move(available, payable, 1n))),
    ledger.post(bookId, entry('whole', move(available, payable, 3n))),
  ])
  assert.deepEqual(
    results.map((result) => result.kind),
    ['posted', 'insufficient_balance', 'posted'],
  )
  assert.deepEqual(results[1], {
    kind: 'insufficient_balance',
    transfer: 1,
    account: available.accountId,
    available: 0n,
    wanted: 1n,
  })
  assert.equal((await balanceOf(ctx.db, bookId, payable.accountId))?.posted, 3n)
})

test("a refused entry leaves the caller's transaction usable, and a thrown one takes all with it", async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  await inDbTx(ctx, async (dbTx) => {
    const post = (one: Entry) => ledger.postInDbTx(dbTx, bookId, one)
    assert.equal((await post(entry('a', move(custody, available, 5n)))).kind, 'posted')
    assert.equal(
      (await post(entry('b', move(available, payable, 6n)))).kind,
      'insufficient_balance',
    )
    assert.equal((await post(entry('a', move(custody, available, 6n)))).kind, 'exists_different')
    const accounts = await lockAvailable(dbTx, bookId, [available, payable])
    assert.deepEqual([...accounts.values()], [5n, 0n])
    assert.equal((await post(entry('c', move(available, payable, 2n)))).kind, 'posted')
  })
  const failing = inDbTx(ctx, async (dbTx) => {
    await ledger.postInDbTx(dbTx, bookId, entry('d', move(available, payable, 3n)))
    throw new Error('the change it belongs to failed')
  })
  await assert.rejects(failing, /the change it belongs to/)
  assert.equal((await balanceOf(ctx.db, bookId, available.accountId))?.posted, 3n)
})

test('what is malformed is refused before the books are asked', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const bitcoin = account('merchant.available', BTC)
  const malformed = [
    [entry('a'), 'invalid'],
    [entry('', move(custody, available, 1n)), 'invalid'],
    [entry('a\nb', move(custody, available, 1n)), 'invalid'],
    [entry('a', move(custody, available, 0n)), 'invalid'],
    [entry('a', move(custody, available, -1n)), 'invalid'],
    [entry('a', move(custody, available, 10n ** 78n)), 'invalid'],
    [entry('a', move(custody, custody, 1n)), 'invalid'],
    [entry('a', move(custody, bitcoin, 1n)), 'asset_mismatch'],
    [{ ...entry('a', move(custody, available, 1n)), facts: { x: Number.NaN } }, 'invalid'],
    [{ ...entry('a', move(custody, available, 1n)), facts: { x: '\0' } }, 'invalid'],
    [{ ...entry('a', move(custody, available, 1n)), facts: { x: '\ud800' } }, 'invalid'],
    [{ ...entry('a', move(custody, available, 1n)), effectiveAt: 0.5 }, 'invalid'],
  ] as const
  for (const [one, kind] of malformed) {
    assert.equal((await ledger.post(bookId, one)).kind, kind)
  }
  const forged = { ...available, asset: BTC as AssetId }
  await ledger.post(bookId, entry('ok', move(custody, available, 1n)))
  const mismatch = await ledger.post(bookId, entry('b', move(account('rounding', BTC), forged, 1n)))
  assert.equal(mismatch.kind, 'asset_mismatch')
})

test('a closing account gives and takes nothing in; a closed one is empty and stays so', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const set = (state: 'open' | 'closing' | 'closed'): Promise<void> =>
    inDbTx(ctx, (dbTx) =>
      setAccountState(ctx, dbTx, { bookId, accountId: available.accountId, state }),
    )
  const post = async (one: Entry): Promise<string> => (await ledger.post(bookId, one)).kind
  await assert.rejects(set('closing'), (error) => isError(error, 'ledger.account_unknown'))
  await post(entry('in', move(custody, available, 5n)))
  await post(entry('hold', hold(payable, available, 1n)))
  await set('closing')
  assert.equal(await post(entry('more', move(custody, available, 5n))), 'account_closed')
  await assert.rejects(set('closed'), (error) => isError(error, 'ledger.account_not_empty'))
  assert.equal(await post(entry('out', move(available, custody, 5n))), 'posted')
  await set('closed')
  assert.equal(await post(entry('late', move(available, custody, 1n))), 'account_closed')
  await set('open')
  assert.equal(await post(entry('again', move(custody, available, 5n))), 'posted')
})

test('an entry and its reversal together leave every account where it was', async () => {
  await using database = await testDatabase()
  const ctx = booksCtx(database.db)
  await using ledger = createLedger(ctx)
  const bookId = newBook(ctx)
  const original = entry('a', move(custody, available, 5n), move(available, payable, 2n))
  const undone = reverse(original)
  assert.deepEqual(undone.facts, { object: 'pay_1', reverses: 'a' })
  requirePosted('a', await ledger.post(bookId, original))
  requirePosted('undone', await ledger.post(bookId, undone))
  for (const one of [custody, available, payable]) {
    assert.equal((await balanceOf(ctx.db, bookId, one.accountId))?.posted, 0n)
  }
  assert.throws(
    () => reverse(entry('h', hold(available, payable, 1n))),
    (error) => isError(error, 'ledger.not_reversible'),
  )
})
