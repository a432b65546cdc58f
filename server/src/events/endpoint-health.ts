import type { Instant } from '../shell/clock.ts'

/** Whether what is sent to a target arrives. */
export type Health = Readonly<{
  /** Since when, in the book's time, messages were sent and none was acknowledged. */
  failingSince: Instant | undefined
  /** The owner was told of that. */
  isTold: boolean
}>

/** What became of the messages of a lane since it was looked at last. Tests count when taken. */
export type Tally = Readonly<{
  sent: number
  acknowledged: number
  /** When the first that was not acknowledged was sent, in the book's time. */
  refusedAt: Instant | undefined
  /** When one was sent for the last time, because its schedule is used up. */
  givenUpAt: Instant | undefined
}>

/** What the owner of an endpoint is told of it. */
export type HealthNotice = 'failing' | 'recovered' | 'disabled'

/** Nothing was sent yet. */
export const EMPTY_TALLY: Tally = {
  sent: 0,
  acknowledged: 0,
  refusedAt: undefined,
  givenUpAt: undefined,
}

/** A message that was sent, and what followed. */
export type SentMessage = Readonly<{
  /** The book's time. */
  startedAt: Instant
  state: 'delivered' | 'pending' | 'failed'
  isTest: boolean
}>

/** The tally with one message more. A test that is not taken says nothing of the others. */
export function countSent(tally: Tally, { startedAt, state, isTest }: SentMessage): Tally {
  const sent = tally.sent + 1
  if (state === 'delivered') return { ...tally, sent, acknowledged: tally.acknowledged + 1 }
  if (isTest) return { ...tally, sent }
  const refusedAt = Math.min(tally.refusedAt ?? startedAt, startedAt)
  if (state === 'pending') return { ...tally, sent, refusedAt }
  const givenUpAt = Math.max(tally.givenUpAt ?? startedAt, startedAt)
  return { ...tally, sent, refusedAt, givenUpAt }
}

const HEALTHY: Health = { failingSince: undefined, isTold: false }

/**
 * How a target does after some messages, and what its owner is to be told.
 *
 * One acknowledgement makes it healthy. It is judged only when a message was given up, a day after
 * its first attempt: so whoever gets a message a week is not disabled for having missed one, and is
 * warned before he is.
 */
export function judgeHealth(
  before: Health,
  tally: Tally,
  disableAfterMs: number,
): Readonly<{ health: Health; notice: HealthNotice | undefined }> {
  if (tally.acknowledged > 0) {
    return { health: HEALTHY, notice: before.isTold ? 'recovered' : undefined }
  }
  const failingSince = before.failingSince ?? tally.refusedAt
  const { givenUpAt } = tally
  if (failingSince === undefined || givenUpAt === undefined) {
    return { health: { ...before, failingSince }, notice: undefined }
  }
  const isOver = givenUpAt - failingSince >= disableAfterMs
  const told = { failingSince, isTold: true }
  if (isOver) return { health: told, notice: 'disabled' }
  return { health: told, notice: before.isTold ? undefined : 'failing' }
}
