import type { BookId } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import { claimLanes, type ClaimedLane } from './lane.store.ts'
import { workLane, type LaneCtx, type Turn } from './work-lane.action.ts'

const CLAIM_MAX = 8
const IDLE_MS = 50

/**
 * Sends due deliveries until the signal is aborted; attempts under way are finished first.
 *
 * A lane (the queue of one target) is what is claimed, so a target that hangs holds up nothing but
 * itself: its messages wait for each other, everybody else's go on. Lanes whose target fails get a
 * share of the room only. Within a lane a few messages go side by side: one on which the receiver
 * hangs does not hold up the next.
 */
export async function runDeliveries(ctx: LaneCtx, signal: AbortSignal): Promise<void> {
  const inHand = new Map<ClaimedLane, Promise<void>>()
  while (!signal.aborted) {
    const lanes = await claim(ctx, [...inHand.keys()]).catch((error: unknown) => {
      ctx.log.error({ error }, 'claiming due deliveries failed')
      return []
    })
    const isCrowded = (): boolean => inHand.size >= ctx.limits.lanesMax
    for (const lane of lanes) {
      const work = workLane(ctx, lane, { signal, isCrowded }).finally(() => inHand.delete(lane))
      inHand.set(lane, work)
    }
    if (lanes.length < CLAIM_MAX) await ctx.clock.sleep(IDLE_MS, signal)
  }
  await Promise.all(inHand.values())
}

/** Sends what is due now and waits for it. @returns how many lanes had something due */
export async function deliverDueOnce(ctx: LaneCtx): Promise<number> {
  const lanes = await claim(ctx, [])
  await Promise.all(lanes.map((lane) => workLane(ctx, lane, alone)))
  return lanes.length
}

async function claim(
  ctx: LaneCtx,
  inHand: readonly ClaimedLane[],
): Promise<readonly ClaimedLane[]> {
  const { limits } = ctx
  const limit = Math.min(CLAIM_MAX, limits.lanesMax - inHand.length)
  if (limit <= 0) return []
  const failing = inHand.filter((lane) => lane.failing).length
  const ofBook = Map.groupBy(inHand, (lane) => lane.bookId)
  const without = [...ofBook].flatMap(([bookId, lanes]): BookId[] =>
    lanes.length >= limits.bookLanesMax ? [bookId] : [],
  )
  return inDbTx(ctx, (dbTx) =>
    claimLanes(dbTx, {
      now: ctx.clock.now(),
      leaseMs: limits.leaseMs,
      limit,
      withFailing: failing < limits.failingLanesMax,
      without,
    }),
  )
}

const alone: Turn = { signal: new AbortController().signal, isCrowded: () => false }
