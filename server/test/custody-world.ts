import assert from 'node:assert/strict'
import type { BookChain } from '../src/chains/contract-book-chain.ts'
import type { ChainAdapter, Watch } from '../src/chains/contract.ts'
import { simulatedNode } from '../src/chains/simulated/simulated-node.ts'
import type { SandboxNode } from '../src/chains/sandbox-node.ts'
import { createAddressSource, type AddressSource } from '../src/custody/address-source.ts'
import type { IssuedAddress } from '../src/custody/address.store.ts'
import { bookDeposit, type BookDepositCtx } from '../src/custody/book-deposit.action.ts'
import type { Chains } from '../src/custody/chains.ts'
import type { AddressOwner, DepositHandler, DepositLevel } from '../src/custody/deposit.ts'
import { issueAddresses } from '../src/custody/issue-addresses.action.ts'
import type { Signer } from '../src/custody/signer.client.ts'
import { watchChain, type WatchCtx } from '../src/custody/watch-chain.action.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { createChains } from '../src/main/chains.ts'
import { tellHalt as tellHaltOf } from '../src/main/tell-halt.ts'
import type { AssetId, ChainId } from '../src/money/units.ts'
import type { Book, BookId } from '../src/shell/book.ts'
import { manualClock, type ManualClock } from '../src/shell/clock.ts'
import { inDbTx, type Db } from '../src/shell/db.ts'
import { createIds } from '../src/shell/ids.ts'
import { createLog } from '../src/shell/log.ts'
import { realm } from '../src/chains/contract-book-chain.ts'
import { networkNamed } from './simulated-chain.ts'
import { testDatabase } from './database.ts'

/** Counts every step that work takes outside of itself; where to fail is up to the test. */
export type Trip = () => Promise<void>

/** Custody over one database, with the sandbox chains of a book; nothing runs by itself. */
export type CustodyWorld = AsyncDisposable &
  Readonly<{
    db: Db
    url: string
    clock: ManualClock
    book: Book
    chains: Chains
    source: AddressSource
    watchCtx: WatchCtx
    bookCtx: BookDepositCtx
    /** Every change that owners were told and that was committed, in the order it was told. */
    told: () => Promise<readonly Told[]>
    node: (network: string) => SandboxNode
    issue: (owner: AddressOwner, assets: readonly AssetId[]) => Promise<readonly IssuedAddress[]>
    /** Looks at every watched chain once, and books what is due once. */
    settle: () => Promise<void>
    /** Books what is due once. */
    bookDue: () => Promise<void>
  }>

/** A change as an owner wrote it down in the dbTx that told it. */
export type Told = Readonly<{
  deposit_id: string
  tx_hash: string
  before: DepositLevel | null
  level: DepositLevel
}>

const book: Book = {
  // The only book of every such world, so that two worlds derive the same addresses.
  bookId: 'book_world' as BookId,
  orgId: 'org_world',
  environment: 'test',
  clockOffsetMs: 0,
}

/** Puts all coins that became final into the merchant's balance. */
export const toMerchant: DepositHandler = (_dbTx, _book, { deposit }) =>
  Promise.resolve(
    deposit.level === 'final' ? [{ purpose: 'merchant.available', units: deposit.units }] : [],
  )

/** What a world is made of. */
export type WorldParts = Readonly<{
  signer: Signer
  /** Another world whose chains this one looks at. */
  chainsOf?: CustodyWorld
  handler?: DepositHandler
}>

/** Makes a world with a database of its own. */
export async function custodyWorld(parts: WorldParts): Promise<CustodyWorld> {
  const database = await testDatabase('second allowed')
  const { db } = database
  await writeBook(db)
  const { clock, watchCtx, bookCtx } = custodyOn(db, parts)
  const { chains, log } = watchCtx
  const source = createAddressSource({ db, clock, log, chains, signer: parts.signer })
  const bookDue = async (): Promise<void> => {
    for (const key of await dueDeposits(db)) await bookDeposit(bookCtx, key)
  }
  return {
    db,
    url: database.url,
    clock,
    book,
    chains,
    source,
    watchCtx,
    bookCtx,
    told: () =>
      db.query<Told>('select deposit_id, tx_hash, before, level from told order by place'),
    node: (network) =>
      simulatedNode({ db, clock, bookId: book.bookId, network: networkNamed(network) }),
    issue: async (owner, assets) => {
      const wanted = assets.map((asset) => ({ chain: chainOf(asset), asset }))
      const addresses = await source.prepare(book, wanted)
      await inDbTx({ db }, (dbTx) => issueAddresses({ clock }, dbTx, { book, owner, addresses }))
      return addresses
    },
    settle: async () => {
      for (const key of await watchedKeys(db)) await watchChain(watchCtx, key)
      await bookDue()
    },
    bookDue,
    [Symbol.asyncDispose]: async () => {
      await bookCtx.ledger[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Custody over a database that has the world's book, at the moment at which its clock stands. */
export function custodyOn(db: Db, parts: Omit<WorldParts, 'signer'> = {}) {
  const clock = manualClock(1_800_000_000_000)
  const ids = createIds(clock)
  const log = createLog('silent')
  const chains = parts.chainsOf?.chains ?? createChains({ db, clock }, [])
  const ledger = createLedger({ db, clock, ids })
  const handler: DepositHandler = async (dbTx, of, change) => {
    const { depositId, txHash, level } = change.deposit
    await dbTx.query(
      'insert into told (deposit_id, tx_hash, before, level) values ($1, $2, $3, $4)',
      [depositId, txHash, change.before ?? null, level],
    )
    return (parts.handler ?? toMerchant)(dbTx, of, change)
  }
  const handlers = { payment: handler, wallet: handler, treasury: handler }
  const tellHalt = tellHaltOf({ ids, clock })
  const bookCtx = { db, clock, ids, chains, ledger, handlers, tellHalt }
  return { clock, watchCtx: { db, clock, ids, log, chains }, bookCtx }
}

const chainOf = (asset: AssetId): ChainId => asset.slice(0, asset.indexOf('/')) as ChainId

async function writeBook(db: Db): Promise<void> {
  await db.script(`create table told (place bigint generated always as identity, deposit_id text,
    tx_hash text, before text, level text)`)
  await db.query(`insert into organization values ($1, 'World', to_timestamp(0))`, [book.orgId])
  await db.query(
    `insert into book (book_id, org_id, environment, derivation_account, created_at)
     values ($1, $2, 'test', 5, to_timestamp(0))`,
    [book.bookId, book.orgId],
  )
}

/** The chains that are watched, in a fixed order. */
export const watchedKeys = (db: Db) =>
  db.query<{ realm: ReturnType<typeof realm>; chain: ChainId }>(
    'select realm, chain from chain_watch order by realm, chain',
  )

/** The deposits that are to be booked. */
export const dueDeposits = (db: Db) =>
  db.query<{ book_id: BookId; deposit_id: string }>(
    'select book_id, deposit_id from deposit where due_at is not null order by deposit_id',
  )

/** A database whose every statement is a step: `trip` may fail before it, or after it was done. */
export function trippingDb(db: Db, trip: Trip): Db {
  const on = (queryable: Pick<Db, 'query' | 'script'>): Pick<Db, 'query' | 'script'> => ({
    query: async (sql, params) => {
      await trip()
      const rows = await queryable.query(sql, params)
      await trip()
      return rows as never
    },
    script: async (sql) => {
      await trip()
      await queryable.script(sql)
      await trip()
    },
  })
  return {
    ...on(db),
    withConnection: (work) => db.withConnection((connection) => work(on(connection))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Chains whose nodes are steps as well: every answer may get lost. */
export function trippingChains(chains: Chains, trip: Trip): Chains {
  const wrap = (chain: BookChain): BookChain => ({
    ...chain,
    adapter: trippingAdapter(chain.adapter, trip),
  })
  return {
    of: (one, chain) => {
      const found = chains.of(one, chain)
      return found === undefined ? undefined : wrap(found)
    },
    list: (one) => chains.list(one).map(wrap),
  }
}

const trippingAdapter = (adapter: ChainAdapter, trip: Trip): ChainAdapter => ({
  ...adapter,
  tips: async () => after(trip, await adapter.tips()),
  blockAt: async (height) => after(trip, await adapter.blockAt(height)),
  scan: async (from, watch, blocksMax) => after(trip, await adapter.scan(from, watch, blocksMax)),
  pending: async (watch: Watch) => after(trip, await adapter.pending(watch)),
})

async function after<Value>(trip: Trip, value: Value): Promise<Value> {
  await trip()
  return value
}

/** The failure that a test plans; nothing else may go wrong. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

/** Runs work that may be cut short by a planned failure; any other error is the test's failure. */
export async function untilPowerCut(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof PowerCut, error instanceof Error ? error.stack : String(error))
  }
}
