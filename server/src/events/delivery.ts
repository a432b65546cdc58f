import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { OutboundFailure } from '../shell/outbound/exchange.client.ts'
import type { OutboundOutcome } from '../shell/outbound/outbound.client.ts'

/** One event for one target. */
export type DeliveryKey = Readonly<{ bookId: BookId; eventId: string; target: string }>

/** Why an attempt got no answer; `internal`: for a reason of ours, which is in the log. */
export type DeliveryFailure = OutboundFailure | 'internal'

/** How an attempt went. */
export type DeliveryOutcome =
  OutboundOutcome | Readonly<{ kind: 'failed'; failure: 'internal'; durationMs: number }>

/**
 * Where a delivery stands. `failed`: the schedule is used up; `canceled`: its endpoint was deleted
 * or disabled. Either can be asked for again.
 */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'canceled'

/** One try, as it went. */
export type Attempt = Readonly<{
  attempt: number
  startedAt: Instant
  durationMs: number
  status: number | undefined
  failure: DeliveryFailure | undefined
  answerHead: string | undefined
}>

/** A delivery as its owner sees it. */
export type DeliveryStatus = Readonly<{
  target: string
  state: DeliveryState
  /** When it will be tried, if nothing is acknowledged before; empty: no more. */
  planned: readonly Instant[]
  attempts: readonly Attempt[]
}>

/** The attempts of a delivery since it was asked for (again). */
export type Round = Readonly<{
  attempts: number
  /** When the first of them began; absent before it. */
  startedAt: Instant | undefined
}>

/** What follows from an attempt. */
export type AfterAttempt =
  Readonly<{ state: 'delivered' | 'failed' }> | Readonly<{ state: 'pending'; dueAt: Instant }>

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** When a delivery that is not acknowledged is tried again, in ms after its first attempt. */
export const RETRY_OFFSETS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/** The receiver took the message: it answered 2xx, whatever else it says. */
export const isAcknowledged = (outcome: DeliveryOutcome): boolean =>
  outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300

/**
 * What becomes of a delivery after an attempt.
 *
 * A retry falls on its place in the schedule, but when this attempt came late (we were down, or a
 * sandbox's clock jumped) not before half of its gap has passed: a receiver that was away is not
 * met with all its retries at once.
 *
 * @param round before this attempt
 * @param startedAt of this attempt, in the book's time
 */
export function afterAttempt(
  round: Round,
  startedAt: Instant,
  outcome: DeliveryOutcome,
): AfterAttempt {
  if (isAcknowledged(outcome)) return { state: 'delivered' }
  const offset = RETRY_OFFSETS_MS[round.attempts]
  if (offset === undefined) return { state: 'failed' }
  const previous = RETRY_OFFSETS_MS[round.attempts - 1] ?? 0
  const onSchedule = (round.startedAt ?? startedAt) + offset
  return { state: 'pending', dueAt: Math.max(onSchedule, startedAt + (offset - previous) / 2) }
}

const REFUSED: DeliveryOutcome = { kind: 'failed', failure: 'closed', durationMs: 0 }

/**
 * When a delivery that waits will be tried, its next attempt first, if none is acknowledged.
 *
 * @param dueAt of the next attempt, in the book's time
 */
export function plannedAttempts(round: Round, dueAt: Instant): readonly Instant[] {
  const planned: Instant[] = []
  let due = dueAt
  for (let attempts = round.attempts; attempts <= RETRY_OFFSETS_MS.length; attempts += 1) {
    planned.push(due)
    const startedAt = round.startedAt ?? dueAt
    const after = afterAttempt({ attempts, startedAt }, due, REFUSED)
    if (after.state !== 'pending') break
    due = after.dueAt
  }
  return planned
}
