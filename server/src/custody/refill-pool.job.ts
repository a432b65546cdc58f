import type { ShellCtx } from '../shell/context.ts'
import type { Environment } from '../shell/book.ts'
import { runJob, type Job } from '../shell/job-loop.ts'
import { anyBookOf } from './book.store.ts'
import type { Chains } from './chains.ts'
import { depositRoutes } from './deposit-route.ts'
import { ensurePools, postponePool, type PoolKey } from './pool.store.ts'
import { refillPool, type RefillCtx } from './refill-pool.action.ts'
import { isPoolFamily } from './signer.client.ts'

/** What keeping pools full needs. */
export type PoolsCtx = RefillCtx & Pick<ShellCtx, 'log'> & Readonly<{ chains: Chains }>

/** How often new books are looked for, in ms; who asks a book for an address finds it as well. */
const LOOK_MS = 5_000
const AFTER_FAILURES_MS = 60_000

/** Fills a pool that runs low. */
export const refillPoolJob = (ctx: PoolsCtx): Job<PoolKey> => ({
  name: 'refill-address-pool',
  table: 'address_pool',
  key: ['book_id', 'family'],
  clock: 'machine',
  batch: 2,
  leaseMs: 60_000,
  triesMax: 8,
  run: (key) => refillPool(ctx, key),
  giveUp: (key) => postponePool(ctx.db, key, ctx.clock.now() + AFTER_FAILURES_MS),
})

/** Keeps the pools of all books full until the signal is aborted. */
export async function runPools(ctx: PoolsCtx, signal: AbortSignal): Promise<void> {
  await Promise.all([runJob(ctx, refillPoolJob(ctx), signal), lookForBooks(ctx, signal)])
}

async function lookForBooks(ctx: PoolsCtx, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await beginPools(ctx).catch((error: unknown) => {
      ctx.log.error({ error }, 'books without pools of addresses could not be looked for')
    })
    await ctx.clock.sleep(LOOK_MS, signal)
  }
}

/** Gives every book a pool of each family that it uses and that only the signer can derive. */
export async function beginPools(ctx: Omit<PoolsCtx, 'signer' | 'log'>): Promise<void> {
  const environments: readonly Environment[] = ['live', 'test']
  for (const environment of environments) {
    const book = await anyBookOf(ctx.db, environment)
    if (book === undefined) continue
    const keys = depositRoutes(ctx.chains, book).map((route) => route.keys)
    for (const family of new Set(keys.filter(isPoolFamily))) {
      await ensurePools(ctx.db, { environment, family, now: ctx.clock.now() })
    }
  }
}
