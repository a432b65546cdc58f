import type { Instant } from '../shell/clock.ts'
import { STABLES, type MarketPrice } from './market-price.ts'
import type { RateCtx, RateSource } from './rate-source.ts'

/** Asks an exchange for everything that it may be asked for; leaves out what it does not know. */
export type ReadMarkets = (ctx: RateCtx) => Promise<readonly MarketPrice[]>

/** How long an answer is given out before the exchange is asked again. */
const KEPT_MS = 10_000

/** How long a new answer is waited for while there is an older one. */
const PATIENCE_MS = 1_000

/** How long an exchange is left in peace after it failed; twice as long each time after that. */
const PAUSE_MS = 5_000
const PAUSE_MS_MAX = 60_000

type Kept = Readonly<{ at: Instant; prices: readonly MarketPrice[] }>

/**
 * A source that asks its exchange seldom: for all currencies together, once for everybody who asks
 * at the same time, and not again within ten seconds. The age of what it gives out is told with
 * it, so that nobody takes an old price for a new one.
 */
export function keptSource(name: string, read: ReadMarkets): RateSource {
  let kept: Kept | undefined
  let failures = 0
  let pausedUntil: Instant = 0
  let underWay: Promise<void> | undefined
  const refresh = async (ctx: RateCtx): Promise<void> => {
    try {
      const prices = await read(ctx)
      kept = { at: ctx.clock.now(), prices }
      failures = 0
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(failures, 10))
      failures += 1
      pausedUntil = ctx.clock.now() + pauseMs
      if (kept === undefined) throw error
      ctx.log.warn({ source: name, error }, 'a rate source failed; what it said before counts')
    }
  }
  const isDue = (now: Instant): boolean =>
    now >= pausedUntil && (kept === undefined || now - kept.at >= KEPT_MS)
  return {
    name,
    observe: async (ctx, { currencies }) => {
      if (underWay === undefined && isDue(ctx.clock.now())) {
        underWay = refresh(ctx).finally(() => (underWay = undefined))
      }
      if (underWay !== undefined) await patiently(ctx, underWay, kept !== undefined)
      const asked = new Set<string>([...STABLES, ...currencies])
      return (kept?.prices ?? []).filter((one) => asked.has(one.currency))
    },
  }
}

/** Waits for a new answer, though not for long where an older one is at hand. */
async function patiently(ctx: RateCtx, underWay: Promise<void>, hasOlder: boolean): Promise<void> {
  if (!hasOlder) return underWay
  const over = new AbortController()
  await Promise.race([underWay, ctx.clock.sleep(PATIENCE_MS, over.signal)])
  over.abort()
}
