import type { BlockRef, ChainAdapter, ChainTransfer, Tips, Watch } from '../chains/contract.ts'
import { AppError } from '../errors/app-error.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { RealmChain } from './address.store.ts'
import { FINAL_BLOCKS_KEPT } from './begin-watching.action.ts'
import { identityOf } from './deposit.store.ts'
import {
  anyWaiting,
  observeFork,
  observeGone,
  observeInBlocks,
  observeTips,
  observeWaiting,
  type Sighting,
} from './observe.store.ts'
import {
  haltWatch,
  heightsOf,
  insertBlocks,
  keepBlocks,
  moveWatch,
  readBlocks,
  type ChainWatch,
} from './watch.store.ts'

/** What following a chain needs. */
export type FollowCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids'>

/** The chain that is followed, as one node shows it. */
export type Followed = RealmChain & Readonly<{ adapter: ChainAdapter; watch: Watch }>

/**
 * What one step came to. `overtaken`: another worker moved the watch meanwhile, nothing was
 * written. The watch is as it was left.
 */
export type Step =
  | Readonly<{ kind: 'moved' | 'at tip' | 'forked'; watch: ChainWatch }>
  | Readonly<{ kind: 'overtaken' | 'halted' }>

/** Most blocks of one step. */
export const BLOCKS_MAX = 100

const RECORDED_PAGE = 50

/**
 * Records the next blocks after the cursor with what they paid us, or goes back to where a fork
 * began. Every step is one dbTx that begins by moving the watch on from the version it was read at,
 * so of two workers one writes, and a crash leaves a step whole or undone.
 */
export async function followChain(
  ctx: FollowCtx,
  chain: Followed,
  from: ChainWatch,
): Promise<Step> {
  // Asked first: heights that were final then are final on the branch that the scan proves.
  const tips = await chain.adapter.tips()
  const scan = await chain.adapter.scan(from.cursor, chain.watch, BLOCKS_MAX)
  if (scan.kind === 'forked') return goBack(ctx, chain, { from, tips })
  const kind = scan.blocks.length < BLOCKS_MAX ? 'at tip' : 'moved'
  const isNew = scan.blocks.length > 0 || !hasTips(from, tips)
  if (!isNew) return { kind, watch: from }
  const now = ctx.clock.now()
  const cursor = scan.blocks.at(-1) ?? from.cursor
  const watch = await inDbTx(ctx, async (dbTx) => {
    const moved = await moveWatch(dbTx, from, { cursor, tips: heightsOf(tips) })
    if (moved === undefined) return undefined
    const keptFrom = Math.min(tips.finalHeight, cursor.height) - FINAL_BLOCKS_KEPT
    await insertBlocks(
      dbTx,
      from,
      scan.blocks.filter((block) => block.height >= keptFrom),
    )
    await keepBlocks(dbTx, from, { from: keptFrom, upTo: cursor.height })
    await observeInBlocks(dbTx, chain, { sightings: sightingsOf(ctx, scan.transfers), now })
    await observeTips(dbTx, from, { tips, now })
    return moved
  })
  return watch === undefined ? { kind: 'overtaken' } : { kind, watch }
}

const hasTips = (watch: ChainWatch, tips: Tips): boolean =>
  watch.latestHeight === tips.latest.height &&
  watch.safeHeight === tips.safeHeight &&
  watch.finalHeight === tips.finalHeight

/** The same transfer told twice is one. */
function sightingsOf(ctx: FollowCtx, transfers: readonly ChainTransfer[]): readonly Sighting[] {
  const once = new Map(transfers.map((one) => [identityOf(one), one]))
  return [...once.values()].map((transfer) => ({ transfer, depositId: ctx.ids.next('dep') }))
}

type Fork = Readonly<{ from: ChainWatch; tips: Tips }>

async function goBack(ctx: FollowCtx, chain: Followed, fork: Fork): Promise<Step> {
  const { from } = fork
  const kept = await lastCommonBlock(ctx, chain, fork)
  if (kept === undefined) {
    const problem = `a fork goes back behind every recorded block (${from.cursor.height} and below)`
    const halted = await inDbTx(ctx, (dbTx) => haltWatch(dbTx, from, problem))
    return { kind: halted ? 'halted' : 'overtaken' }
  }
  const now = ctx.clock.now()
  const watch = await inDbTx(ctx, async (dbTx) => {
    const moved = await moveWatch(dbTx, from, { cursor: kept, tips: from })
    if (moved === undefined) return undefined
    await keepBlocks(dbTx, from, { from: 0, upTo: kept.height })
    await observeFork(dbTx, from, { keptHeight: kept.height, now })
    return moved
  })
  return watch === undefined ? { kind: 'overtaken' } : { kind: 'forked', watch }
}

/**
 * The highest recorded block that the node still has.
 * @throws chain.unreachable when it has less than it said: another node answered, which is behind
 */
async function lastCommonBlock(
  ctx: FollowCtx,
  chain: Followed,
  { from, tips }: Fork,
): Promise<BlockRef | undefined> {
  let upTo = from.cursor.height
  for (;;) {
    const page = await readBlocks(ctx.db, from, { upTo, limit: RECORDED_PAGE })
    for (const block of page) {
      const there = await chain.adapter.blockAt(block.height)
      if (there?.hash === block.hash) return block
      if (there === undefined && block.height <= tips.latest.height) {
        throw new AppError('chain.unreachable', { chain: chain.chain })
      }
    }
    const lowest = page.at(-1)
    if (lowest === undefined) return undefined
    upTo = lowest.height - 1
  }
}

/**
 * Writes what waits in the mempool, and what waits there no more. The mempool was looked through
 * before the blocks up to the tip were: what it did not hold and they do not hold is gone.
 */
export async function followMempool(
  ctx: FollowCtx,
  chain: Followed,
  seen: Readonly<{ watch: ChainWatch; mempool: readonly ChainTransfer[] }>,
): Promise<'followed' | 'overtaken'> {
  const { watch, mempool: waiting } = seen
  if (waiting.length === 0 && !(await anyWaiting(ctx.db, watch))) return 'followed'
  const now = ctx.clock.now()
  return inDbTx(ctx, async (dbTx) => {
    const moved = await moveWatch(dbTx, watch, { cursor: watch.cursor, tips: watch })
    if (moved === undefined) return 'overtaken'
    await observeWaiting(dbTx, chain, { sightings: sightingsOf(ctx, waiting), now })
    await observeGone(dbTx, watch, { waiting, now })
    return 'followed'
  })
}
