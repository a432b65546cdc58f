import type { Job } from '../shell/job-loop.ts'
import { watchChain, type WatchCtx } from './watch-chain.action.ts'
import { endLook, readWatch, type WatchKey } from './watch.store.ts'

const AFTER_FAILURES_MS = 60_000

/** Looks at each watched chain whenever that is worth it. */
export const watchChainJob = (ctx: WatchCtx): Job<WatchKey> => ({
  name: 'watch-chain',
  table: 'chain_watch',
  key: ['realm', 'chain'],
  clock: 'machine',
  batch: 8,
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
