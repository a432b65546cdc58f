import assert from 'node:assert/strict'
import { test } from 'node:test'
import { custodyWorld, trippingDb, type CustodyWorld } from '../../test/custody-world.ts'
import { signerOfFile } from '../../test/signer.ts'
import { addressFor, assetsOf, keyOf } from '../../test/watch-play.ts'
import { units } from '../money/units.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { createLog } from '../shell/log.ts'
import { requestScan } from './request-scan.action.ts'
import { watchChain } from './watch-chain.action.ts'
import { watchChainJob } from './watch-chain.job.ts'
import { readWatch, type WatchKey } from './watch.store.ts'

const { client: signer } = await signerOfFile()

const BNB = assetsOf('BNB Chain')

const isDue = async (world: CustodyWorld, key: WatchKey): Promise<number> => {
  const [row] = await world.db.query<{ due_at: number }>(
    'select due_at from chain_watch where realm = $1 and chain = $2',
    [key.realm, key.chain],
  )
  assert.ok(row !== undefined)
  return row.due_at - world.clock.now()
}

/** Planted fault: `endLook` sets the next look without comparing `asks`. */
test('a look that is asked for during a look is not forgotten by its end', async () => {
  await using world = await custodyWorld({ signer })
  await addressFor(world, BNB.coin)
  const key = await keyOf(world, 'BNB Chain')
  let steps = 0
  const trip = async (): Promise<void> => {
    steps += 1
    if (steps === 5) await requestScan(world.watchCtx, world.book, key.chain)
  }
  await watchChain({ ...world.watchCtx, db: trippingDb(world.db, trip) }, key)
  assert.equal(await isDue(world, key), 0)
  await watchChain(world.watchCtx, key)
  assert.equal(await isDue(world, key), 300_000)
})

test('a sandbox chain sleeps when nothing is under way, and is looked at when it is played', async () => {
  await using world = await custodyWorld({ signer })
  const to = await addressFor(world, BNB.coin)
  const key = await keyOf(world, 'BNB Chain')
  await world.settle()
  assert.equal(await isDue(world, key), 300_000)
  const node = world.node('BNB Chain')
  await node.send('normal', [{ to, asset: BNB.coin, units: units(4n) }])
  await requestScan(world.watchCtx, world.book, key.chain)
  assert.equal(await isDue(world, key), 0)
  await world.settle()
  assert.equal(await isDue(world, key), 1_000)
  await node.mine(12)
  await world.settle()
  assert.equal(await isDue(world, key), 300_000)
})

test('a node that is away is told as the problem of its chain until it answers again', async () => {
  await using world = await custodyWorld({ signer })
  await addressFor(world, BNB.coin)
  const key = await keyOf(world, 'BNB Chain')
  const node = world.node('BNB Chain')
  await node.behave({ halt: true })
  const ctx = { ...world.watchCtx, log: createLog('silent') }
  const lookAtDue = async (): Promise<void> => {
    while ((await runDueOnce(ctx, watchChainJob(ctx))) > 0);
  }
  await lookAtDue()
  assert.match((await readWatch(world.db, key))?.problem ?? '', /No .* node answered/)
  assert.equal(await isDue(world, key), 5_000)
  await node.behave({ halt: false })
  world.clock.advance(5_000)
  await lookAtDue()
  assert.equal((await readWatch(world.db, key))?.problem, undefined)
})
