import type { BookChain } from '../chains/contract-book-chain.ts'
import { AppError } from '../errors/app-error.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import { anyBookOf } from './book.store.ts'
import type { Chains } from './chains.ts'
import { isSimulated } from './deposit-route.ts'
import { followChain, followMempool, type Followed } from './follow-chain.action.ts'
import { anyUnderWay } from './observe.store.ts'
import { endLook, readWatch, type ChainWatch, type WatchKey } from './watch.store.ts'
import { watchOver } from './watched.ts'

/** What watching chains needs. */
export type WatchCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'log'> & Readonly<{ chains: Chains }>

/** What a look came to: `behind` when there is more to be read at once. */
export type Look = 'at tip' | 'behind' | 'halted' | 'not configured'

/** Most steps of one look; the next look goes on from there. */
const STEPS_MAX = 20

const TROUBLE_MS = 5_000
const NOT_CONFIGURED_MS = 60_000

/**
 * A sandbox where nothing is under way moves only when it is played, and playing asks for a look.
 */
const QUIET_MS = 5 * 60_000

/**
 * Looks at a chain: reads on from the cursor to its tip, and through its mempool. May run twice and
 * at once anywhere; says when the next look is due.
 */
export async function watchChain(ctx: WatchCtx, key: WatchKey): Promise<Look> {
  const before = await readWatch(ctx.db, key)
  if (before === undefined || before.state === 'halted') return 'halted'
  const found = await chainOf(ctx, key)
  const end = (ms: number, problem?: string): Promise<void> => {
    const now = ctx.clock.now()
    return endLook(ctx.db, key, { asks: before.asks, now, dueAt: now + ms, problem })
  }
  if (found === undefined) {
    await end(NOT_CONFIGURED_MS, 'no node of this chain is configured')
    return 'not configured'
  }
  try {
    const look = await lookAt(ctx, followed(ctx, found), before)
    await end(look === 'behind' ? 0 : await pauseMs(ctx.db, found, key))
    return look
  } catch (error) {
    // That a node is away, behind or confused is no failure of ours: it is looked at again.
    if (!isOfChain(error)) throw error
    await end(Math.max(TROUBLE_MS, found.adapter.pollMs), error.message)
    return 'behind'
  }
}

const isOfChain = (error: unknown): error is AppError =>
  isRefusal(error) && error.code.startsWith('chain.')

const isRefusal = (error: unknown): error is AppError => error instanceof AppError

/** The chain of a realm as its books use it; absent when none does. */
export async function chainOf(
  ctx: Pick<WatchCtx, 'db' | 'chains'>,
  { realm, chain }: WatchKey,
): Promise<BookChain | undefined> {
  const book = await anyBookOf(ctx.db, realm)
  const found = book === undefined ? undefined : ctx.chains.of(book, chain)
  return found?.realm === realm ? found : undefined
}

const followed = (ctx: WatchCtx, { realm, adapter }: BookChain): Followed => {
  const { family } = knownNetwork(adapter.chain)
  const chain = { realm, chain: adapter.chain, family }
  return { ...chain, adapter, watch: watchOver(ctx, chain) }
}

async function lookAt(ctx: WatchCtx, chain: Followed, before: ChainWatch): Promise<Look> {
  let watch = before
  // Looked through before the blocks are read: what left it for a block is in one of those.
  let mempool = await chain.adapter.pending(chain.watch)
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const step = await followChain(ctx, chain, watch)
    switch (step.kind) {
      case 'moved':
        watch = step.watch
        break
      case 'forked':
        watch = step.watch
        // What the fork took out of blocks may have come back into the mempool.
        mempool = await chain.adapter.pending(chain.watch)
        break
      case 'at tip':
        await followMempool(ctx, chain, { watch: step.watch, mempool })
        return 'at tip'
      // Another worker is looking: what it has not seen yet the next look does.
      case 'overtaken':
        return 'behind'
      case 'halted':
        ctx.log.error(
          { realm: chain.realm, chain: chain.chain, cursor: watch.cursor },
          'this chain is halted: a fork goes back behind every recorded block',
        )
        return 'halted'
    }
  }
  return 'behind'
}

async function pauseMs(db: Queryable, chain: BookChain, key: WatchKey): Promise<number> {
  const isQuiet = isSimulated(chain) && !(await anyUnderWay(db, key))
  return isQuiet ? QUIET_MS : chain.adapter.pollMs
}
