import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { inDbTx } from '../shell/db.ts'
import { cancelDelivery, dueDeliveries, type DueDelivery } from './delivery.store.ts'
import {
  countSent,
  EMPTY_TALLY,
  type Health,
  type SentMessage,
  type Tally,
} from './endpoint-health.ts'
import { claimLanes, leaseLane, releaseLane, type ClaimedLane } from './lane.store.ts'
import { sendDelivery, type SendCtx } from './send.action.ts'
import { settleHealth, type HealthCtx } from './settle-health.action.ts'

/** How much of a worker deliveries may take up. */
export type DeliveryLimits = Readonly<{
  /** Lanes in hand at a time. */
  lanesMax: number
  /**
   * From so many on, no more lanes that fail are claimed, or none of one book. Lanes are claimed
   * by eights, so that up to seven more may be in hand: keep both well below `lanesMax`.
   */
  failingLanesMax: number
  bookLanesMax: number
  /** Messages on their way to one target at a time. */
  widthMax: number
  /** How long one attempt may take, resolving and connecting included. */
  attemptMs: number
  /** For how long a lane whose worker died stays out of reach of the others. */
  leaseMs: number
  /** A lane with more to send gives way to others after this time, where there are any. */
  turnMs: number
}>

/** At most 1,024 connections a worker; a dead target never keeps those that live from theirs. */
export const DELIVERY_LIMITS: DeliveryLimits = {
  lanesMax: 128,
  failingLanesMax: 64,
  bookLanesMax: 64,
  widthMax: 8,
  attemptMs: 10_000,
  leaseMs: 30_000,
  turnMs: 10_000,
}

type DeliverCtx = SendCtx & HealthCtx & Readonly<{ limits: DeliveryLimits }>

const CLAIM_MAX = 8
const IDLE_MS = 50
const PAUSE_MS_MIN = 250
const PAUSE_MS_MAX = 60_000

/**
 * Sends due deliveries until the signal is aborted; attempts under way are finished first.
 *
 * A lane (the queue of one target) is what is claimed, so a target that hangs holds up nothing but
 * itself: its messages wait for each other, everybody else's go on. Lanes whose target fails get a
 * share of the room only. Within a lane a few messages go side by side: one on which the receiver
 * hangs does not hold up the next.
 */
export async function runDeliveries(ctx: DeliverCtx, signal: AbortSignal): Promise<void> {
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
export async function deliverDueOnce(ctx: DeliverCtx): Promise<number> {
  const lanes = await claim(ctx, [])
  await Promise.all(lanes.map((lane) => workLane(ctx, lane, alone)))
  return lanes.length
}

async function claim(
  ctx: DeliverCtx,
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

/** Works a lane until nothing in it is due, and lets go of it. Never throws. */
async function workLane(ctx: DeliverCtx, lane: ClaimedLane, turn: Turn): Promise<void> {
  const flight = new Map<string, Promise<void>>()
  const standing = { health: lane.health, tally: EMPTY_TALLY }
  try {
    await sendWhileDue(ctx, { lane, flight, standing, turn })
    await settle(ctx, lane, standing)
    await inDbTx(ctx, (dbTx) => releaseLane(dbTx, lane))
  } catch (error) {
    ctx.log.error({ lane: lane.lane, bookId: lane.bookId, error }, 'a lane of deliveries failed')
    await Promise.allSettled(flight.values())
    const pause = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(lane.tries, 20))
    const until = ctx.clock.now() + pause
    // When this fails too, the lease runs out by itself.
    await inDbTx(ctx, (dbTx) => leaseLane(dbTx, lane, until)).catch(() => undefined)
  }
}

/** Until when a lane goes on: `signal` ends it soon, others that wait end it after its turn. */
type Turn = Readonly<{ signal: AbortSignal; isCrowded: () => boolean }>

const alone: Turn = { signal: new AbortController().signal, isCrowded: () => false }

type LaneWork = Readonly<{
  lane: ClaimedLane
  /** The events that are on their way. */
  flight: Map<string, Promise<void>>
  standing: Standing
  turn: Turn
}>

/** How the lane's target does, as it is written, and what was sent since. */
type Standing = { health: Health; tally: Tally }

async function settle(ctx: DeliverCtx, lane: ClaimedLane, standing: Standing): Promise<void> {
  const { health: before, tally } = standing
  // What lands from here on is counted the next time.
  standing.tally = EMPTY_TALLY
  standing.health = await settleHealth(ctx, lane, { before, tally })
}

async function sendWhileDue(ctx: DeliverCtx, work: LaneWork): Promise<void> {
  const { flight, turn } = work
  const startedAt = ctx.clock.now()
  let leasedAt: Instant = startedAt
  for (;;) {
    const isOver = ctx.clock.now() - startedAt >= ctx.limits.turnMs && turn.isCrowded()
    if (!isOver && !turn.signal.aborted) await takeOff(ctx, work)
    if (flight.size === 0) return
    await nextLanding(ctx, flight)
    if (ctx.clock.now() - leasedAt < ctx.limits.leaseMs / 3) continue
    leasedAt = ctx.clock.now()
    await inDbTx(ctx, (dbTx) => leaseLane(dbTx, work.lane, leasedAt + ctx.limits.leaseMs))
    await settle(ctx, work.lane, work.standing)
  }
}

/** Waits until one of the messages under way has ended, or it is worth looking for new ones. */
async function nextLanding(
  ctx: DeliverCtx,
  flight: ReadonlyMap<string, Promise<void>>,
): Promise<void> {
  const landed = new AbortController()
  await Promise.race([...flight.values(), ctx.clock.sleep(IDLE_MS, landed.signal)])
  landed.abort()
}

/** Sends off as many due deliveries as the lane's width leaves room for. */
async function takeOff(ctx: DeliverCtx, { lane, flight, standing }: LaneWork): Promise<void> {
  const { widthMax } = ctx.limits
  if (flight.size >= widthMax) return
  // As of now: what lands while the database answers is still due in its answer.
  const flying = new Set(flight.keys())
  const due = await dueDeliveries(ctx.db, lane, { now: ctx.clock.now(), limit: widthMax })
  const fresh = due.filter((one) => !flying.has(one.key.eventId))
  for (const delivery of fresh.slice(0, widthMax - flight.size)) {
    const { eventId } = delivery.key
    const sending = sendOrCancel(ctx, delivery).then((made) => {
      flight.delete(eventId)
      if (made !== undefined) standing.tally = countSent(standing.tally, made)
    })
    flight.set(eventId, sending)
  }
}

/** @returns undefined where there is nobody any more to send it to */
async function sendOrCancel(
  ctx: DeliverCtx,
  delivery: DueDelivery,
): Promise<SentMessage | undefined> {
  if (delivery.url === undefined) {
    await inDbTx(ctx, (dbTx) => cancelDelivery(dbTx, delivery.key))
    return undefined
  }
  const { startedAt, after } = await sendDelivery(ctx, delivery, ctx.limits.attemptMs)
  return { startedAt, state: after.state, isTest: delivery.event.isTest }
}
