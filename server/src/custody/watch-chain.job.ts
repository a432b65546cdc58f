import { runJob, type Job } from '../shell/job-loop.ts'
import { watchChain, type WatchCtx } from './watch-chain.action.ts'
import { endLook, readWatch, type WatchKey } from './watch.store.ts'

const AFTER_FAILURES_MS = 60_000

/** Chains that one process looks at side by side. */
const LOOPS = 6

/**
 * Looks at the watched chains until the signal is aborted. One loop for each chain in hand: a node
 * that does not answer keeps nobody waiting but its own chain.
 */
export async function runChainWatches(ctx: WatchCtx, signal: AbortSignal): Promise<void> {
  const job = watchChainJob(ctx)
  await Promise.all(Array.from({ length: LOOPS }, () => runJob(ctx, job, signal)))
}

/** Looks at each watched chain whenever that is worth it. */
export const watchChainJob = (ctx: WatchCtx): Job<WatchKey> => ({
  name: 'watch-chain',
  table: 'chain_watch',
  key: ['realm', 'chain'],
  clock: 'machine',
  batch: 1,
  leaseMs: 60_000,
  triesMax: 5,
  run: async (key) => {
    await watchChain(ctx, key)
  },
  giveUp: async (key) => {
    const watch = await readWatch(ctx.db, key)
    if (watch === undefined) return
    const now = ctx.clock.now()
    const problem = 'looking at this chain failed again and again; the log says of what'
    await endLook(ctx.db, key, { asks: watch.asks, now, dueAt: now + AFTER_FAILURES_MS, problem })
  },
})
