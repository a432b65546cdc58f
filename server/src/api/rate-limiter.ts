import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import { addCounts } from './request-count.store.ts'

/** Somebody whose requests are counted. */
export type Counted = Readonly<{
  /** `key` or `address`: how the policy is called in the headers. */
  policy: string
  /** Who it is, such as the id of a key. */
  subject: string
  /** Requests a minute. */
  limit: number
}>

/** How a request stands to the limits. The headers go with every answer. */
export type RateStanding = Readonly<{
  allowed: boolean
  retryAfterS: number
  headers: Readonly<Record<string, string>>
}>

/** Counts requests by the minute. Disposing writes what was counted last. */
export type RateLimiter = AsyncDisposable &
  Readonly<{ count: (who: readonly Counted[], now: Instant) => RateStanding }>

type Counter = {
  readonly scope: string
  readonly minute: number
  /** Requests of this process that the table does not know yet. */
  own: number
  /** Requests of all processes, this one's included, when they were last added up. */
  shared: number
}

const MINUTE_MS = 60_000
const SHARE_MS = 1_000
const COUNTERS_MAX = 50_000

type Ctx = Pick<ShellCtx, 'db' | 'sealer' | 'log'>

/**
 * Counts requests per minute of the clock, for this process at once and with the other processes
 * once a second: each adds its own counts to a shared row and learns the sum. So a limit holds over
 * all processes but for what the others let through within that second, and counting never makes
 * a request wait.
 */
export function createRateLimiter(ctx: Ctx): RateLimiter {
  const counters = new Map<string, Counter>()
  let sharedAt = 0
  let sharing: Promise<void> | undefined
  const share = (): Promise<void> => {
    sharing ??= shareCounts(ctx, counters).finally(() => {
      sharing = undefined
    })
    return sharing
  }
  return {
    count: (who, now) => {
      const minute = Math.floor(now / MINUTE_MS)
      const taken = who.map((one) => counterOf(ctx, counters, { one, minute }))
      const allowed = who.every((one, place) => sum(taken[place]) < one.limit)
      // What is refused is not counted, or a client that keeps knocking would never get in.
      if (allowed) for (const counter of taken) counter.own += 1
      if (now - sharedAt >= SHARE_MS || now < sharedAt) {
        sharedAt = now
        void share()
      }
      const resetS = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1_000)
      return { allowed, retryAfterS: resetS, headers: headersOf(who, taken, resetS) }
    },
    [Symbol.asyncDispose]: async () => {
      await sharing
      await share()
    },
  }
}

const sum = (counter: Counter | undefined): number =>
  counter === undefined ? 0 : counter.shared + counter.own

function counterOf(
  ctx: Ctx,
  counters: Map<string, Counter>,
  { one, minute }: Readonly<{ one: Counted; minute: number }>,
): Counter {
  const handle = `${one.policy} ${one.subject}`
  const known = counters.get(handle)
  if (known?.minute === minute) return known
  if (counters.size >= COUNTERS_MAX) counters.clear()
  // Addresses are personal data: the table gets a keyed hash of them.
  const scope = known?.scope ?? ctx.sealer.lookupHash('request_count', handle).toString('base64')
  const counter: Counter = { scope, minute, own: 0, shared: 0 }
  counters.set(handle, counter)
  return counter
}

async function shareCounts(ctx: Ctx, counters: ReadonlyMap<string, Counter>): Promise<void> {
  const changed = [...counters.values()].filter((counter) => counter.own > 0)
  if (changed.length === 0) return
  const added = changed.map(({ scope, minute, own }) => ({ scope, minute, requests: own }))
  try {
    const sums = await addCounts(ctx.db, added)
    changed.forEach((counter, place) => {
      counter.own -= added[place]?.requests ?? 0
      counter.shared = sums.get(`${counter.scope} ${counter.minute}`) ?? counter.shared
    })
  } catch {
    // The counts stay our own and are added next time: a limit is no reason to refuse requests.
    ctx.log.warn({ counters: changed.length }, 'request counts could not be shared')
  }
}

/** @see draft-ietf-httpapi-ratelimit-headers-10 */
function headersOf(
  who: readonly Counted[],
  taken: readonly Counter[],
  resetS: number,
): Record<string, string> {
  const policies = who.map(({ policy, limit }) => `"${policy}";q=${limit};w=60`)
  const left = who.map((one, place) => ({
    policy: one.policy,
    rest: Math.max(0, one.limit - sum(taken[place])),
  }))
  const least = left.reduce((a, b) => (b.rest < a.rest ? b : a))
  return {
    'ratelimit-policy': policies.join(', '),
    ratelimit: `"${least.policy}";r=${least.rest};t=${resetS}`,
  }
}
