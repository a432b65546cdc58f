import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { isError } from '../../src/errors/app-error.ts'
import { systemClock } from '../../src/shell/clock.ts'
import { newOrder } from './asked.ts'
import { contextOf } from './context.ts'
import { fastClock } from './fast-clock.ts'
import type { Field, Payer } from './field.ts'
import { startLoopWorker, type LoopWorker } from './loop-worker.ts'
import { placeOrder, type Order } from './order.ts'

/** How much is asked for, and how often somebody dies meanwhile. */
export type Storm = Readonly<{ payouts: number; kills: number }>

const WORKERS = 2
const TICK_MS = 40
/** Ticks between two kills, at most. */
const TICKS_MAX = 12
const LOOKS_MAX = 10_000
/** Shallow enough that what is final stays. */
const FORK_DEPTH = 2

/**
 * One organization pays out a lot at once, while workers are killed at random moments and the chain
 * forks and forgets; in the end everybody is let alone until nothing is left to do.
 */
export async function storm(field: Field, { payouts, kills }: Storm): Promise<readonly Order[]> {
  const [payer] = field.payers
  assert.ok(payer)
  const origin = systemClock.now()
  const workers: LoopWorker[] = []
  for (let nth = 0; nth < WORKERS; nth += 1) {
    workers.push(await startLoopWorker(field.outside, origin))
  }
  const orders = Array.from({ length: payouts }, () => newOrder(field))
  const placing = placeAll(field, { payer, orders, origin })
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const ticks = randomInt(1, TICKS_MAX)
      for (let tick = 0; tick < ticks; tick += 1) await mischief(field, payer)
      const victim = randomInt(WORKERS)
      await workers[victim]?.kill()
      workers[victim] = await startLoopWorker(field.outside, origin)
    }
    await placing
    await calm(field)
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()))
  }
  return orders
}

/** Clients ask side by side. */
async function placeAll(
  field: Field,
  { payer, orders, origin }: Readonly<{ payer: Payer; orders: readonly Order[]; origin: number }>,
): Promise<void> {
  const ctx = contextOf({ ...field.ctx, clock: fastClock(origin) })
  await Promise.all(orders.map((order) => placeOrder(ctx, payer.book, order)))
}

/** A block, and now and then a fork or a node that forgets. */
async function mischief(field: Field, payer: Payer): Promise<void> {
  const node = field.stage.nodeOf(payer.book)
  const chance = randomInt(6)
  const ours = chance < 3 ? await notFinal(field, payer) : { recent: [], waiting: [] }
  try {
    if (chance === 0) await node.reorg(FORK_DEPTH, [...ours.recent, ...ours.waiting])
    if (chance === 1) await node.reorg(FORK_DEPTH, [])
    if (chance === 2) await node.reorg(0, ours.waiting.slice(randomInt(3)))
  } catch (error) {
    // A replacement came between the look and the fork.
    if (!isError(error, 'sandbox.transaction_not_there')) throw error
  }
  await field.mine(1)
  await systemClock.sleep(TICK_MS)
}

/** Our transactions that wait, and those that a fork would take back. */
async function notFinal({ ctx, stage }: Field, payer: Payer) {
  const rows = await ctx.db.query<{ tx_hash: string; slots: readonly string[] }>(
    `select tx_hash, slots from outgoing_attempt join outgoing using (book_id, outgoing_id)
     where tx_hash is not null and state in ('sent', 'mined') order by made_at desc limit 50`,
  )
  const chain = ctx.chains.of(payer.book, stage.asset.chain)
  assert.ok(chain?.sender)
  const { latest } = await chain.adapter.tips()
  const [recent, waiting]: [string[], string[]] = [[], []]
  for (const { tx_hash: txHash, slots } of rows) {
    const state = await chain.sender.lookUp(txHash, slots)
    if (state.kind === 'waiting') waiting.push(txHash)
    const isRecent = state.kind === 'mined' && state.block.height > latest.height - FORK_DEPTH
    if (isRecent) recent.push(txHash)
  }
  return { recent, waiting }
}

/** Blocks come until every payout is at its end. */
async function calm(field: Field): Promise<void> {
  const left = (): Promise<readonly object[]> =>
    field.ctx.db.query(
      `select p.status, p.problem, o.state, o.problem as met
       from payout p left join outgoing o on o.book_id = p.book_id and o.object_id = p.dispatch_id
       where p.status in ('pending_verification', 'processing')`,
    )
  let last: readonly object[] = []
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    last = await left()
    if (last.length === 0) return
    await field.mine(1)
    await systemClock.sleep(TICK_MS)
  }
  assert.fail(`still under way: ${JSON.stringify(last.slice(0, 5))}`)
}
