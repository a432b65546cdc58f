import type { Instant } from '../shell/clock.ts'
import { inDbTx } from '../shell/db.ts'
import { continueTrace } from '../shell/telemetry/tracing.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { cancelDelivery } from './delivery.store.ts'
import { dueDeliveries, type MadeAttempt } from './due-delivery.store.ts'
import { countSent, EMPTY_TALLY, type Health, type Tally } from './endpoint-health.ts'
import { leaseLane, releaseLane, type ClaimedLane } from './lane.store.ts'
import { recordAttempt } from './record-attempt.action.ts'
import {
  sendDelivery,
  signersOf,
  type SendCtx,
  type ReadyDelivery,
  type Signers,
} from './send.action.ts'
import { settleHealth, type HealthCtx } from './settle-health.action.ts'

/** What working a lane needs of the machine. */
export type LaneCtx = SendCtx & HealthCtx & Readonly<{ limits: DeliveryLimits }>

/** Until when a lane goes on: `signal` ends it soon, others that wait end it after its turn. */
export type Turn = Readonly<{ signal: AbortSignal; isCrowded: () => boolean }>

const IDLE_MS_MIN = 50
const IDLE_MS_MAX = 400
const PAUSE_MS_MIN = 250
const PAUSE_MS_MAX = 60_000
/** For how long what was read is sent without asking whether it is still so. */
const FRESH_MS = 1_000

type LaneWork = Readonly<{
  lane: ClaimedLane
  turn: Turn
  /** The events that are on their way, or answered and about to be recorded. */
  inHand: Map<string, Promise<void>>
}> & {
  /** Read, and waiting for room. */
  waiting: ReadyDelivery[]
  readAt: Instant
  /** How much is read at a time: the more, the faster the target takes it. */
  ahead: number
  /** There was more than was read. */
  mayHaveMore: boolean
  /** How many are on their way. */
  flying: number
  failure: Readonly<{ error: unknown }> | undefined
  /** How the lane's target does, as it is written, and what was sent since. */
  health: Health
  tally: Tally
  /** Ends the pause of the loop that reads. */
  wake: () => void
}

/** Works a lane until nothing in it is due, and lets go of it. Never throws. */
export async function workLane(ctx: LaneCtx, lane: ClaimedLane, turn: Turn): Promise<void> {
  const work: LaneWork = {
    ...{ lane, turn, inHand: new Map(), waiting: [], readAt: 0, ahead: ctx.limits.widthMax },
    ...{ mayHaveMore: true, flying: 0, failure: undefined },
    ...{ health: lane.health, tally: EMPTY_TALLY },
    wake: () => undefined,
  }
  try {
    await sendWhileDue(ctx, work)
    await settle(ctx, work)
    await inDbTx(ctx, (dbTx) => releaseLane(dbTx, lane))
  } catch (error) {
    ctx.log.error({ lane: lane.lane, bookId: lane.bookId, error }, 'a lane of deliveries failed')
    work.failure ??= { error }
    await Promise.all(work.inHand.values())
    const pause = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(lane.tries, 20))
    const until = ctx.clock.now() + pause
    // When this fails too, the lease runs out by itself.
    await inDbTx(ctx, (dbTx) => leaseLane(dbTx, lane, until)).catch(() => undefined)
  }
}

async function settle(ctx: LaneCtx, work: LaneWork): Promise<void> {
  const { health: before, tally } = work
  // What lands from here on is counted the next time.
  work.tally = EMPTY_TALLY
  work.health = await settleHealth(ctx, work.lane, { before, tally })
}

async function sendWhileDue(ctx: LaneCtx, work: LaneWork): Promise<void> {
  const { turn, inHand } = work
  const startedAt = ctx.clock.now()
  let leasedAt: Instant = startedAt
  let idleMs = IDLE_MS_MIN
  for (;;) {
    const isOver = ctx.clock.now() - startedAt >= ctx.limits.turnMs && turn.isCrowded()
    if (isOver || turn.signal.aborted) stopReading(work)
    else idleMs = (await readAhead(ctx, work)) ? IDLE_MS_MIN : Math.min(idleMs * 2, IDLE_MS_MAX)
    takeOff(ctx, work)
    if (inHand.size > 0) await pause(ctx, work, Math.min(idleMs, ctx.limits.leaseMs / 3))
    if (work.failure !== undefined) throw work.failure.error
    if (inHand.size === 0 && !needsReading(ctx, work)) return
    if (ctx.clock.now() - leasedAt < ctx.limits.leaseMs / 3) continue
    leasedAt = ctx.clock.now()
    await inDbTx(ctx, (dbTx) => leaseLane(dbTx, work.lane, leasedAt + ctx.limits.leaseMs))
    await settle(ctx, work)
  }
}

function stopReading(work: LaneWork): void {
  work.waiting = []
  work.mayHaveMore = false
}

/** Reads what is due where nothing waits to be sent. @returns whether something waits */
async function readAhead(ctx: LaneCtx, work: LaneWork): Promise<boolean> {
  const { aheadMax, aheadBytesMax, widthMax } = ctx.limits
  if (work.waiting.length > 0 && isFresh(ctx, work)) return true
  const wasSlow = work.waiting.length > 0
  work.ahead = Math.min(aheadMax, wasSlow ? widthMax : work.ahead * 2)
  work.waiting = []
  const now = ctx.clock.now()
  const read = await dueDeliveries(ctx.db, work.lane, {
    ...{ now, limit: work.ahead, bytesMax: aheadBytesMax, without: [...work.inHand.keys()] },
  })
  // All of a lane have one target, and so the same secrets.
  let opened: Promise<Signers> | undefined
  work.waiting = read.map((one) => ({ ...one, signers: () => (opened ??= signersOf(ctx, one)) }))
  work.readAt = now
  const bytesAtMost = read.reduce((sum, one) => sum + 3 * one.event.snapshot.length, 0)
  work.mayHaveMore = read.length === work.ahead || bytesAtMost >= aheadBytesMax
  return read.length > 0
}

const isFresh = (ctx: LaneCtx, { readAt }: LaneWork): boolean =>
  Math.abs(ctx.clock.now() - readAt) < FRESH_MS

const needsReading = (ctx: LaneCtx, work: LaneWork): boolean =>
  work.waiting.length === 0 ? work.mayHaveMore : !isFresh(ctx, work)

/** Waits until there is something to read, all are landed, or so much time has passed. */
async function pause(ctx: LaneCtx, work: LaneWork, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const over = new AbortController()
  work.wake = resolve
  await Promise.race([promise, ctx.clock.sleep(ms, over.signal)])
  over.abort('over')
}

/** Sends off as many of those that wait as there is room for. */
function takeOff(ctx: LaneCtx, work: LaneWork): void {
  const { widthMax, unrecordedMax } = ctx.limits
  const { inHand, waiting } = work
  if (!isFresh(ctx, work) || work.failure !== undefined) return
  while (work.flying < widthMax && inHand.size < widthMax + unrecordedMax) {
    const delivery = waiting.shift()
    if (delivery === undefined) return
    inHand.set(delivery.key.eventId, carry(ctx, work, delivery))
  }
}

/** Brings a message to its target, and what became of it into the books. Never throws. */
async function carry(ctx: LaneCtx, work: LaneWork, delivery: ReadyDelivery): Promise<void> {
  work.flying += 1
  try {
    const making = sendOrCancel(ctx, delivery).finally(() => (work.flying -= 1))
    const made = await making
    // The next goes while this one is written down.
    next(ctx, work)
    if (made === undefined) return
    await recordAttempt(ctx, made)
    const { state } = made.after
    const { isTest } = delivery.event
    work.tally = countSent(work.tally, { startedAt: made.startedAt, state, isTest })
  } catch (error) {
    work.failure ??= { error }
  } finally {
    work.inHand.delete(delivery.key.eventId)
    next(ctx, work)
  }
}

function next(ctx: LaneCtx, work: LaneWork): void {
  takeOff(ctx, work)
  const isDone = work.inHand.size === 0 || work.failure !== undefined
  if (isDone || needsReading(ctx, work)) work.wake()
}

/** @returns undefined where there is nobody any more to send it to */
async function sendOrCancel(
  ctx: LaneCtx,
  delivery: ReadyDelivery,
): Promise<MadeAttempt | undefined> {
  const { attemptMs: timeoutMs } = ctx.limits
  const span = { name: 'deliver', attributes: { 'coffer.event': delivery.event.type } }
  const send = () => sendDelivery(ctx, delivery, { timeoutMs })
  if (delivery.url !== undefined) return continueTrace(delivery.trace, span, send)
  await inDbTx(ctx, (dbTx) => cancelDelivery(dbTx, delivery.key))
  return undefined
}
