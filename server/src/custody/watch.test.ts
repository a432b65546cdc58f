import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  custodyWorld,
  trippingChains,
  trippingDb,
  type CustodyWorld,
} from '../../test/custody-world.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile } from '../../test/signer.ts'
import { addressFor, assetsOf, keyOf, owner } from '../../test/watch-play.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { units } from '../money/units.ts'
import { confirmationsOf, depositsOf, latestHeights, watchesOf } from './read-custody.action.ts'
import { requestScan, rescanChain } from './request-scan.action.ts'
import { watchChain } from './watch-chain.action.ts'
import { readWatch } from './watch.store.ts'

const { client: signer } = await signerOfFile()

const BNB = assetsOf('BNB Chain')
const POLYGON = assetsOf('Polygon')

const posted = async (world: CustodyWorld): Promise<Readonly<Record<string, bigint>>> =>
  Object.fromEntries(
    (await balances(world.db, world.book.bookId))
      .filter((one) => one.posted !== 0n)
      .map((one) => [one.purpose, one.posted]),
  )

const levels = async (world: CustodyWorld): Promise<readonly string[]> =>
  (await depositsOf(world.db, world.book.bookId, owner)).map((one) => one.level)

test('a deposit rises from seen to final, each level told once and booked as far as it goes', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  const node = world.node('BNB Chain')
  await node.send('normal', [{ to, asset: BNB.coin, units: units(70n) }])
  await world.settle()
  assert.deepEqual([await levels(world), await posted(world)], [['seen'], {}])
  await node.mine(1)
  await world.settle()
  assert.deepEqual(await posted(world), { custody: 70n, 'deposits.pending': 70n })
  const [deposit] = await depositsOf(world.db, world.book.bookId, owner)
  const latest = await latestHeights(world.db, world.chains, world.book)
  assert.equal(deposit && confirmationsOf(deposit, latest), 1)
  await node.mine(5)
  await world.settle()
  assert.deepEqual(await levels(world), ['safe'])
  await node.mine(6)
  await world.settle()
  await world.settle()
  assert.deepEqual(await posted(world), { custody: 70n, 'merchant.available': 70n })
  const told = (await world.told()).map((one) => one.level)
  assert.deepEqual(told, ['seen', 'confirmed', 'safe', 'final'])
})

/** Planted fault: no identity, so that every sight is a deposit of its own. */
test('the same blocks read any number of times have the effect of once', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.token)
  const key = await keyOf(world, 'BNB Chain')
  const begun = await readWatch(world.db, key)
  const node = world.node('BNB Chain')
  await node.send('normal', [
    { to, asset: BNB.token, units: units(5n) },
    { to, asset: BNB.token, units: units(5n) },
  ])
  await node.mine(20)
  await world.settle()
  const before = await posted(world)
  assert.deepEqual(before, { custody: 10n, 'merchant.available': 10n })
  for (let times = 0; times < 3; times += 1) {
    // The cursor alone goes back: what the blocks hold is met again.
    await world.db.query(
      `update chain_watch set cursor_height = $2, cursor_hash = $3, version = version + 1
       where chain = $1`,
      [key.chain, begun?.cursor.height, begun?.cursor.hash],
    )
    await world.db.query('delete from chain_block where chain = $1 and height > $2', [
      key.chain,
      begun?.cursor.height,
    ])
    await Promise.all([watchChain(world.watchCtx, key), watchChain(world.watchCtx, key)])
    await world.settle()
  }
  assert.deepEqual(await posted(world), before)
  assert.equal((await world.told()).length, 2)
})

/** Planted fault: the lookup limited to the chain that the address was handed out for. */
test('coins sent on another chain of the family are seen, and their owner is known', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.token)
  const node = world.node('Polygon')
  await node.send('normal', [{ to, asset: POLYGON.token, units: units(3n) }])
  await node.mine(1)
  await world.settle()
  const [deposit] = await depositsOf(world.db, world.book.bookId, owner)
  assert.equal(deposit?.asset, POLYGON.token)
  assert.equal(deposit.chain, networkNamed('Polygon').chain)
})

/** Planted fault: the mempool looked through after the blocks. */
test('a transfer that is mined while the chain is looked at is never called lost', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  const node = world.node('BNB Chain')
  const key = await keyOf(world, 'BNB Chain')
  let steps = Number.POSITIVE_INFINITY
  for (let at = 1; at <= steps; at += 1) {
    await node.send('normal', [{ to, asset: BNB.coin, units: units(BigInt(at)) }])
    await world.settle()
    let step = 0
    const trip = async (): Promise<void> => {
      step += 1
      if (step === at) await node.mine(1)
    }
    const db = trippingDb(world.db, trip)
    const chains = trippingChains(world.chains, trip)
    await watchChain({ ...world.watchCtx, db, chains }, key)
    steps = step
    await world.bookDue()
    await world.settle()
    await node.mine(1)
    await world.settle()
  }
  assert.ok(steps > 20, `${steps} steps were played`)
  const told = await world.told()
  assert.deepEqual(
    told.filter((one) => one.level === 'reverted'),
    [],
  )
})

test('a replaced transfer is told as reverted, and its coins never were in the books', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  const node = world.node('BNB Chain')
  const tx = await node.send('replaceable', [{ to, asset: BNB.coin, units: units(9n) }])
  await world.settle()
  await node.replace(tx)
  await node.mine(1)
  await world.settle()
  assert.deepEqual(
    (await world.told()).map(({ before, level }) => [before, level]),
    [
      [null, 'seen'],
      ['seen', 'reverted'],
    ],
  )
  assert.deepEqual(await posted(world), {})
})

/** Planted fault: the walk back ends at the lowest recorded block whether it is there or not. */
test('a fork below every recorded block halts that chain, and guesses nothing', async () => {
  await using world = await custodyWorld({ signer })
  const node = world.node('BNB Chain')
  await node.mine(150)
  const to = await addressFor(world, BNB.coin)
  const tx = await node.send('normal', [{ to, asset: BNB.coin, units: units(4n) }])
  await node.mine(1)
  await world.settle()
  const before = await posted(world)
  await node.reorg(149, [tx])
  await world.settle()
  const key = await keyOf(world, 'BNB Chain')
  const watches = await watchesOf(world.db, world.chains, world.book)
  const halted = watches.find((one) => one.chain === key.chain)
  assert.equal(halted?.state, 'halted')
  assert.match(halted.problem ?? '', /fork/)
  assert.deepEqual(await posted(world), before)
  assert.deepEqual(watches.filter((one) => one.state === 'halted').length, 1)
  await requestScan(world.watchCtx, world.book, key.chain)
  await world.settle()
  assert.equal((await readWatch(world.db, key))?.state, 'halted')
  await rescanChain(world.watchCtx, key, 1)
  await world.settle()
  await world.settle()
  assert.equal((await readWatch(world.db, key))?.state, 'watching')
  assert.deepEqual([await posted(world), await levels(world)], [{}, ['reverted']])
})

test('a rescan that finds everything again leaves the books as they were', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  const node = world.node('BNB Chain')
  await node.send('normal', [{ to, asset: BNB.coin, units: units(4n) }])
  await node.mine(30)
  await world.settle()
  const before = await posted(world)
  await rescanChain(world.watchCtx, await keyOf(world, 'BNB Chain'), 0)
  await world.settle()
  assert.deepEqual(await posted(world), before)
  assert.equal((await world.told()).at(-1)?.level, 'final')
})

test('an address of another book is nothing to this book and its chains', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  await world.db.query(`insert into organization values ('org_2', 'Two', to_timestamp(0))`)
  await world.db.query(
    `insert into book (book_id, org_id, environment, derivation_account, created_at)
     values ('book_2', 'org_2', 'test', 6, to_timestamp(0))`,
  )
  await world.db.query(`update deposit_address set book_id = 'book_2'`)
  const node = world.node('BNB Chain')
  await node.send('normal', [{ to, asset: BNB.coin, units: units(4n) }])
  await node.mine(1)
  await world.settle()
  assert.deepEqual(await world.db.query('select * from deposit'), [])
})
