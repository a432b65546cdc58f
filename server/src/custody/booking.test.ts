import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  custodyWorld,
  dueDeposits,
  toMerchant,
  type CustodyWorld,
} from '../../test/custody-world.ts'
import { scriptedChain, type Scripted } from '../../test/scripted-chain.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile } from '../../test/signer.ts'
import { realm } from '../chains/contract-book-chain.ts'
import { account, type ChartPurpose } from '../ledger/chart.ts'
import { createLedger } from '../ledger/ledger.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { assetsOn } from '../money/registry.ts'
import { units } from '../money/units.ts'
import { createIds } from '../shell/ids.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { createLog } from '../shell/log.ts'
import { createAddressSource } from './address-source.ts'
import { bookDeposit } from './book-deposit.action.ts'
import { bookDepositJob } from './book-deposit.job.ts'
import type { DepositHandler } from './deposit.ts'
import { issueAddresses } from './issue-addresses.action.ts'
import { inDbTx } from '../shell/db.ts'
import { watchChain } from './watch-chain.action.ts'

const { client: signer } = await signerOfFile()

const owner = { kind: 'payment', id: 'pay_1' } as const
const { chain } = networkNamed('BNB Chain')
const [coin] = assetsOn(chain).map((one) => one.id)
assert.ok(coin !== undefined)
const asset = coin

const posted = async (world: CustodyWorld): Promise<Readonly<Record<string, bigint>>> =>
  Object.fromEntries(
    (await balances(world.db, world.book.bookId))
      .filter((one) => one.posted !== 0n)
      .map((one) => [one.purpose, one.posted]),
  )

/** A world in which 50 units became final on the simulated chain. */
async function withFinalDeposit(world: CustodyWorld): Promise<string> {
  const [issued] = await world.issue(owner, [asset])
  const node = world.node('BNB Chain')
  const sending = { to: issued?.address ?? '', asset, units: units(50n) }
  const tx = await node.send('normal', [sending])
  await node.mine(12)
  await world.settle()
  return tx
}

/** Moves coins of the book between accounts, as what happens between two forks may do. */
async function move(
  world: CustodyWorld,
  from: ChartPurpose,
  to: Readonly<{ purpose: ChartPurpose; amount: bigint }>,
): Promise<void> {
  const { db, clock, book } = world
  await using ledger = createLedger({ db, clock, ids: createIds(clock) })
  const debit = account(from, asset)
  const credit = account(to.purpose, asset)
  const transfers = [{ debit, credit, asset, units: units(to.amount) }]
  const entry = { operation: 'test', externalId: 'test:move', facts: {}, transfers }
  assert.equal((await ledger.post(book.bookId, entry)).kind, 'posted')
}

/** Planted fault: everything taken from where it was put, however little is left there. */
test('a fork takes back final coins, and what was spent of them is owed to us', async () => {
  await using world = await custodyWorld({ signer })
  const tx = await withFinalDeposit(world)
  await move(world, 'merchant.available', { purpose: 'fees.earned', amount: 20n })
  await world.node('BNB Chain').reorg(12, [tx])
  await world.settle()
  assert.deepEqual(await posted(world), { 'fees.earned': 20n, 'receivable.reverted': 20n })
})

/** Planted fault: the owner's answer about a reverted deposit is not read. */
test('coins that were moved on since they were final are taken back from where they are now', async () => {
  const handler: DepositHandler = (_dbTx, _book, { before: from, deposit }) => {
    const { level, units: all } = deposit
    if (level === 'final') return Promise.resolve([{ purpose: 'exceptions.late', units: all }])
    return Promise.resolve(
      from === 'final'
        ? [
            { purpose: 'merchant.available', units: units(30n) },
            { purpose: 'exceptions.late', units: units(20n) },
          ]
        : [],
    )
  }
  await using world = await custodyWorld({ signer, handler })
  const tx = await withFinalDeposit(world)
  await move(world, 'exceptions.late', { purpose: 'merchant.available', amount: 30n })
  await world.node('BNB Chain').reorg(12, [tx])
  await world.settle()
  assert.deepEqual(await posted(world), {})
})

/** Planted fault: the sum of the owner's answer is not compared. */
test('an owner that does not place every unit is not believed, and the deposit is seen to wait', async () => {
  const handler: DepositHandler = async (dbTx, book, change) => {
    const [all] = await toMerchant(dbTx, book, change)
    return all === undefined ? [] : [{ ...all, units: units(all.units - 1n) }]
  }
  await using world = await custodyWorld({ signer, handler })
  await assert.rejects(withFinalDeposit(world), /49 of 50 units/)
  assert.deepEqual(await posted(world), {})
  assert.deepEqual(await world.told(), [])
  const ctx = { ...world.bookCtx, clock: world.clock, log: createLog('silent') }
  const job = bookDepositJob(ctx)
  for (let tries = 0; tries <= job.triesMax; tries += 1) {
    await runDueOnce(ctx, job)
    world.clock.advance(60_000)
  }
  const [row] = await world.db.query<{ problem: string | null; due: boolean }>(
    'select problem, due_at is not null as due from deposit',
  )
  assert.match(row?.problem ?? '', /failed again and again/)
  assert.equal(row?.due, true)
  world.clock.advance(10 * 60_000)
  const mended = {
    ...ctx,
    handlers: { payment: toMerchant, wallet: toMerchant, treasury: toMerchant },
  }
  await runDueOnce(mended, bookDepositJob(mended))
  assert.deepEqual(await posted(world), { custody: 50n, 'merchant.available': 50n })
})

test('booking a deposit twice at once tells and books it once', async () => {
  await using world = await custodyWorld({ signer })
  const [issued] = await world.issue(owner, [asset])
  const node = world.node('BNB Chain')
  await node.send('normal', [{ to: issued?.address ?? '', asset, units: units(50n) }])
  await node.mine(12)
  await watchChain(world.watchCtx, { realm: realm(world.book.bookId), chain })
  const [key] = await dueDeposits(world.db)
  assert.ok(key !== undefined)
  await Promise.all(Array.from({ length: 8 }, () => bookDeposit(world.bookCtx, key)))
  assert.equal((await world.told()).length, 1)
  assert.deepEqual(await posted(world), { custody: 50n, 'merchant.available': 50n })
})

/** The world's custody on a chain that the test writes. */
async function onScript(world: CustodyWorld) {
  const script = scriptedChain(chain)
  const found = { realm: realm('test'), adapter: script.adapter, sender: undefined, witnesses: [] }
  const chains = { of: () => found, list: () => [found] }
  const log = createLog('silent')
  const { db, clock, book } = world
  const source = createAddressSource({ db, clock, log, chains, signer })
  const addresses = await source.prepare(book, [{ chain, asset }])
  await inDbTx({ db }, (dbTx) => issueAddresses({ clock }, dbTx, { book, owner, addresses }))
  const key = { realm: realm('test'), chain }
  const settle = async (): Promise<void> => {
    await watchChain({ ...world.watchCtx, chains }, key)
    const ctx = { ...world.bookCtx, chains }
    for (const due of await dueDeposits(db)) await bookDeposit(ctx, due)
  }
  const transfer: Scripted = {
    txHash: '0xaa',
    index: 'value',
    from: undefined,
    to: addresses[0]?.address ?? '',
    asset,
    units: units(50n),
  }
  return { script, settle, transfer }
}

const told = async (world: CustodyWorld): Promise<readonly string[]> =>
  (await world.told()).map((one) => `${one.before ?? 'new'}>${one.level}`)

/** Planted fault: the mempool is not looked through again after a fork. */
test('a transfer that a fork gives back to the mempool is seen again, and never called lost', async () => {
  await using world = await custodyWorld({ signer })
  const { script, settle, transfer } = await onScript(world)
  script.mine('1a', [transfer])
  await settle()
  script.afterPending.happens = () => {
    script.unwind(1)
    script.mempool.push(transfer)
    script.mine('1b')
    script.mine('2b')
  }
  await settle()
  assert.deepEqual(await told(world), ['new>confirmed', 'confirmed>seen'])
  assert.deepEqual(await posted(world), {})
  script.mempool.pop()
  script.mine('3b', [transfer])
  await settle()
  assert.deepEqual(await told(world), ['new>confirmed', 'confirmed>seen', 'seen>confirmed'])
  assert.deepEqual(await posted(world), { custody: 50n, 'deposits.pending': 50n })
})

/** Planted fault: tips alone are no reason to write. */
test('a deposit becomes final when the chain says so, without a new block', async () => {
  await using world = await custodyWorld({ signer })
  const { script, settle, transfer } = await onScript(world)
  script.mine('1a', [transfer])
  await settle()
  Object.assign(script.tips, { safeHeight: 1, finalHeight: 1 })
  await settle()
  assert.deepEqual(await told(world), ['new>confirmed', 'confirmed>final'])
})

/** Planted fault: `units` left out of the identity, so that the first amount stays booked. */
test('a transaction that pays another amount in another block is booked with that amount', async () => {
  await using world = await custodyWorld({ signer })
  const { script, settle, transfer } = await onScript(world)
  script.mine('1a', [transfer])
  await settle()
  script.unwind(1)
  script.mine('1b', [{ ...transfer, units: units(49n) }])
  await settle()
  assert.deepEqual(await posted(world), { custody: 49n, 'deposits.pending': 49n })
  assert.equal((await told(world)).includes('confirmed>reverted'), true)
})

/** Planted fault: no `deposit_in_chain`. */
test('a node that shows one transfer twice with two amounts is not believed', async () => {
  await using world = await custodyWorld({ signer })
  const { script, settle, transfer } = await onScript(world)
  script.mine('1a', [transfer, { ...transfer, units: units(49n) }])
  await assert.rejects(settle(), /deposit_in_chain/)
  assert.deepEqual(await world.db.query('select * from deposit'), [])
})

test('the same transfer told twice in one answer is one deposit', async () => {
  await using world = await custodyWorld({ signer })
  const { script, settle, transfer } = await onScript(world)
  script.mine('1a', [transfer, transfer])
  await settle()
  assert.deepEqual(await posted(world), { custody: 50n, 'deposits.pending': 50n })
})
