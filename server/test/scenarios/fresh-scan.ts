import assert from 'node:assert/strict'
import { bookDeposit } from '../../src/custody/book-deposit.action.ts'
import { reconcile } from '../../src/custody/reconcile.action.ts'
import { watchChain } from '../../src/custody/watch-chain.action.ts'
import { createLedger } from '../../src/ledger/ledger.ts'
import { balances } from '../../src/ledger/read-balances.action.ts'
import { depositHandler } from '../../src/payments/take-deposit.action.ts'
import { treasuryDeposit } from '../../src/sandbox/treasury-deposit.action.ts'
import { inDbTx, type Db, type DbTx } from '../../src/shell/db.ts'
import { walletDeposits } from '../../src/wallets/credit-deposit.action.ts'
import { dueDeposits, watchedKeys } from '../custody-world.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import type { PaymentWorld } from '../payment-world.ts'

const ROUNDS_MAX = 20

/**
 * A second database that was given what people asked for before the first coin came (payments,
 * wallets, addresses, policies), and that nobody works on until the end: it has seen no chain.
 */
export async function emptyBeside(world: PaymentWorld): Promise<TestDatabase> {
  const seen = await world.ctx.db.query('select from deposit limit 1')
  assert.equal(seen.length, 0, 'coins came before the second database was made')
  const database = await testDatabase('second allowed')
  await copyRows(world.ctx.db, database.db)
  return database
}

async function copyRows(from: Db, to: Db): Promise<void> {
  const tables = await from.query<{ name: string }>(
    `select 'public.' || quote_ident(tablename) as name from pg_tables where schemaname = 'public'
     and tablename not like 'simulated%' order by tablename`,
  )
  await inDbTx({ db: to }, async (dbTx) => {
    // Rows come table by table, whatever they refer to.
    await dbTx.script('set local session_replication_role = replica')
    for (const { name } of tables) await copyTable(from, dbTx, name)
  })
}

async function copyTable(from: Db, dbTx: DbTx, table: string): Promise<void> {
  const [rows] = await from.query<{ all: string }>(
    `select coalesce(jsonb_agg(to_jsonb(one)), '[]')::text as all from ${table} one`,
  )
  await dbTx.query(
    `insert into ${table} overriding system value
     select * from jsonb_populate_recordset(null::${table}, $1::jsonb) on conflict do nothing`,
    [rows?.all ?? '[]'],
  )
}

/** Books of the second database after it read the same chains from their start, by itself. */
async function scanInto(world: PaymentWorld, { db }: TestDatabase): Promise<Books> {
  await using ledger = createLedger({ ...world.ctx, db })
  // What was given for fees is written down by who gave it: no chain tells.
  await inDbTx({ db }, (dbTx) => copyTable(world.ctx.db, dbTx, 'public.faucet_pour'))
  const ctx = { ...world.ctx, db, ledger }
  const payment = depositHandler(ctx)
  const handlers = { payment, wallet: walletDeposits(ctx), treasury: treasuryDeposit }
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
    for (const key of await watchedKeys(db)) await watchChain(ctx, key)
    const due = await dueDeposits(db)
    for (const key of due) await bookDeposit({ ...ctx, handlers }, key)
    if (due.length === 0 && rounds > 0) return await booksOf(world, db)
  }
  throw new Error('the fresh scan does not come to rest')
}

type Books = Awaited<ReturnType<typeof booksOf>>

/** Every account that is not empty, and every deposit that is not lost. */
async function booksOf({ book }: PaymentWorld, db: Db) {
  const accounts = await balances(db, book.bookId)
  const deposits = await db.query(
    `select chain, tx_hash, index, asset, address, units, owner_kind, owner_id, level, booked_hash
     from deposit where level <> 'reverted'
     order by chain, tx_hash, index, asset, address, units`,
  )
  const held = accounts.filter((one) => one.posted !== 0n)
  return { held: held.map((one) => [one.accountId, one.posted]), deposits }
}

/** The books are those of a database that scans the winning chains only now, from their start. */
export async function assertAsFresh(world: PaymentWorld, empty: TestDatabase): Promise<void> {
  await comeToRest(world)
  const fresh = await scanInto(world, empty)
  assert.deepEqual(await booksOf(world, world.ctx.db), fresh)
  await assertReconciled(world)
}

/** What the books say is held is what lies at our addresses, on every chain that is watched. */
export async function assertReconciled({ ctx, book }: PaymentWorld): Promise<void> {
  for (const { chain } of await watchedKeys(ctx.db)) {
    const { assets } = await reconcile(ctx, book, chain)
    const wrong = assets.filter((one) => one.difference !== 0n)
    assert.deepEqual(wrong, [], chain)
  }
}

/** Looks and books until there is nothing left to do. */
export async function comeToRest(world: PaymentWorld): Promise<void> {
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
    await world.settle()
    if ((await dueDeposits(world.ctx.db)).length === 0) return
  }
  throw new Error('the world does not come to rest')
}
