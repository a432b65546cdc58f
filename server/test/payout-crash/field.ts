import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { OwnKey } from '../../src/chains/contract-sending.ts'
import { bookDeposit } from '../../src/custody/book-deposit.action.ts'
import { watchChain } from '../../src/custody/watch-chain.action.ts'
import { tellHalt } from '../../src/main/tell-halt.ts'
import { parseUnits } from '../../src/money/amount.ts'
import { assetsOn, knownAsset, knownNetwork, type Asset } from '../../src/money/registry.ts'
import type { ChainId } from '../../src/money/units.ts'
import type { Book } from '../../src/shell/book.ts'
import { manualClock, systemClock, type ManualClock } from '../../src/shell/clock.ts'
import type { Db } from '../../src/shell/db.ts'
import { createOrganization } from '../../src/tenancy/create-organization.action.ts'
import { dueDeposits, toMerchant, watchedKeys } from '../custody-world.ts'
import { testDatabase } from '../database.ts'
import { startSigner, testDataDirectory } from '../signer.ts'
import { chainsOf, contextOf, signerOf, type Outside, type PayoutCtx } from './context.ts'
import type { Stage } from './stage.ts'
import { WORK_TABLES } from './work.ts'

/** An organization that pays out. */
export type Payer = Readonly<{ book: Book; suffix: string; treasury: OwnKey }>

/** Books side by side in one database, their keys in one signer's process, a chain to pay on. */
export type Field = AsyncDisposable &
  Readonly<{
    stage: Stage
    outside: Outside
    ctx: PayoutCtx
    clock: ManualClock
    payers: readonly Payer[]
    /** Mines on every chain there is, for all payers. */
    mine: (blocks: number) => Promise<void>
    /** Looks at the chains and books deposits until nothing is new. */
    look: (ctx: PayoutCtx) => Promise<void>
    /** An address that nobody was paid at. */
    freshAddress: () => string
    /** What lies at an address of a payer's chain, in the stage's asset. */
    heldAt: (payer: Payer, address: string) => Promise<bigint>
  }>

/** Coins for fees that each treasury begins with. */
const TANK = '10'

/** Makes it, with so many payers whose treasuries are full. */
export async function openField(
  makeStage: (chainDb: Db) => Stage | Promise<Stage>,
  count: number,
): Promise<Field> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await testDatabase())
  const chainDatabase = stack.use(await testDatabase())
  const stage = stack.use(await makeStage(chainDatabase.db))
  const data = stack.use(await testDataDirectory())
  await writePolicy(data.path, stage.asset.chain)
  const { socket } = stack.use(await startSigner(data.path))
  const clock = manualClock(systemClock.now())
  const outside: Outside = {
    databaseUrl: database.url,
    chainUrl: chainDatabase.url,
    nodes: stage.nodes,
    signerSocket: socket,
  }
  const chains = chainsOf(outside, chainDatabase.db, clock)
  const ctx = contextOf({ db: database.db, clock, chains, signer: signerOf(outside) })
  stack.use(ctx.ledger)
  const payers: Payer[] = []
  for (let place = 0; place < count; place += 1) {
    payers.push(await addPayer(ctx, { stage, chainDb: chainDatabase.db, suffix: `p${place}` }))
  }
  await showApart(ctx.db, payers)
  const verbs = verbsOf(ctx, stage, payers)
  await fund(payers, stage)
  await verbs.mine(stage.finalBlocks)
  await verbs.look(ctx)
  const owned = stack.move()
  const dispose = (): Promise<void> => owned[Symbol.asyncDispose]()
  return { stage, outside, ctx, clock, payers, ...verbs, [Symbol.asyncDispose]: dispose }
}

const CAP = { perTransaction: '1000000', perDay: '1000000' }

/** Lets the signer sign for a chain, which may be one that has real networks. */
async function writePolicy(dataDirectory: string, chain: ChainId): Promise<void> {
  const assets = Object.fromEntries(assetsOn(chain).map(({ currency }) => [currency, CAP]))
  const rules = { destinations: 'any', fee: CAP, assets }
  const directory = join(dataDirectory, 'signer')
  await mkdir(directory, { mode: 0o700 })
  const policy = JSON.stringify({ version: 1, chains: { [chain]: rules } })
  await writeFile(join(directory, 'policy.json'), policy, { mode: 0o600 })
}

/** Makes views that show each payer's work alone. */
export async function showApart(db: Db, payers: readonly Payer[]): Promise<void> {
  for (const { book, suffix } of payers) {
    for (const table of WORK_TABLES) {
      const rows = `select * from ${table} where book_id = '${book.bookId}'`
      await db.script(`create view ${table}_${suffix} as ${rows}`)
    }
  }
}

async function addPayer(
  ctx: PayoutCtx,
  { stage, chainDb, suffix }: Readonly<{ stage: Stage; chainDb: Db; suffix: string }>,
): Promise<Payer> {
  const { test: book } = await createOrganization(ctx, { name: suffix })
  // Its simulated chain lives elsewhere, and asks there for its book.
  const { bookId, orgId } = book
  await chainDb.query("insert into organization values ($1, 'Chain', to_timestamp(0))", [orgId])
  await chainDb.query(
    `insert into book (book_id, org_id, environment, derivation_account, created_at)
     select $1, $2, 'test', coalesce(max(derivation_account), 0) + 1, to_timestamp(0) from book`,
    [bookId, orgId],
  )
  const { chain } = stage.asset
  await stage.prepare(book)
  return { book, suffix, treasury: await ctx.treasury.keyOf(book, chain) }
}

async function fund(payers: readonly Payer[], { asset, funded, nodeOf }: Stage): Promise<void> {
  const native = knownAsset(knownNetwork(asset.chain).native)
  for (const { book, treasury } of payers) {
    const give = (of: Asset, amount: string) => {
      const units = parseUnits(amount, of.decimals)
      return nodeOf(book).send({ to: treasury.address, asset: of.id, units })
    }
    await give(asset, funded)
    if (native.id !== asset.id) await give(native, TANK)
  }
}

type Verbs = Pick<Field, 'mine' | 'look' | 'freshAddress' | 'heldAt'>

function verbsOf(ctx: PayoutCtx, stage: Stage, payers: readonly Payer[]): Verbs {
  const { id, chain } = stage.asset
  const adapterOf = ({ book }: Payer) => {
    const found = ctx.chains.of(book, chain)
    assert.ok(found)
    return found.adapter
  }
  return {
    mine: async (blocks) => {
      const [first] = payers
      const mined = stage.isShared && first !== undefined ? [first] : payers
      await Promise.all(mined.map(({ book }) => stage.nodeOf(book).mine(blocks)))
    },
    look,
    freshAddress: () => {
      const [payer] = payers
      assert.ok(payer)
      const publicKey = secp256k1.getPublicKey(secp256k1.utils.randomSecretKey())
      return adapterOf(payer).addressOf(publicKey)
    },
    heldAt: async (payer, address) => {
      const adapter = adapterOf(payer)
      const { latest } = await adapter.tips()
      return adapter.balanceOf(address, id, latest.height)
    },
  }
}

async function look(ctx: PayoutCtx): Promise<void> {
  const handlers = { payment: toMerchant, wallet: toMerchant, treasury: toMerchant }
  const bookCtx = { ...ctx, handlers, tellHalt: tellHalt(ctx) }
  for (let due = 1; due > 0;) {
    for (const key of await watchedKeys(ctx.db)) await watchChain(ctx, key)
    const deposits = await dueDeposits(ctx.db)
    for (const key of deposits) await bookDeposit(bookCtx, key)
    due = deposits.length
  }
}
