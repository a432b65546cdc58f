import type { Failed, Received } from './attempt.ts'

/** What to do after an attempt that did not succeed. */
export type RetryDecision =
  | Readonly<{ kind: 'give_up' }>
  /** `serverTime`: our clock is wrong, and this is the API's, in milliseconds. */
  | Readonly<{ kind: 'again'; delayMs: number; serverTime?: number }>

/** What is known of the attempts so far. */
export type Tries = Readonly<{
  /** How often the request was repeated. */
  retries: number
  maxRetries: number
  /** Whether the clock was corrected already: a second time would not help. */
  corrected: boolean
  now: number
  /** From 0 up to 1. */
  random: number
}>

const FIRST_DELAY_MS = 500
const DELAY_MS_MAX = 8_000
/** Whoever asks for a longer wait is told to the caller, who can do something else meanwhile. */
const WAIT_MS_MAX = 60_000

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Whether an attempt is repeated, and when. Every write that is repeated is safe to repeat: a POST
 * has an idempotency key, and what PUT, PATCH and DELETE do is the same the second time.
 */
export function afterAttempt(outcome: Received | Failed, tries: Tries): RetryDecision {
  const { retries, maxRetries, corrected, now, random } = tries
  if (retries >= maxRetries) return GIVE_UP
  // Half of it at least, so that a busy server gets a rest; the other half spreads the callers.
  const doubled = Math.min(FIRST_DELAY_MS * 2 ** retries, DELAY_MS_MAX)
  const backoffMs = Math.round(doubled * (0.5 + random / 2))
  if (outcome.kind === 'failed') {
    const passes = outcome.code === 'connection_failed' || outcome.code === 'timed_out'
    return passes ? { kind: 'again', delayMs: backoffMs } : GIVE_UP
  }
  const { status, headers } = outcome
  const code = status === 401 || status === 409 ? codeOf(outcome.text) : undefined
  if (code === 'request_replayed') return { kind: 'again', delayMs: 0 }
  if (code === 'timestamp_out_of_window' && !corrected) {
    const serverTime = Date.parse(headers['date'] ?? '')
    return Number.isNaN(serverTime) ? GIVE_UP : { kind: 'again', delayMs: 0, serverTime }
  }
  if (!PASSING.has(status) && code !== 'idempotency_in_progress') return GIVE_UP
  const waitMs = retryAfterMs(headers['retry-after'], now) ?? 0
  return waitMs > WAIT_MS_MAX ? GIVE_UP : { kind: 'again', delayMs: Math.max(backoffMs, waitMs) }
}

const GIVE_UP = { kind: 'give_up' } as const

const codeOf = (text: string): string | undefined => /"error"\s*:\s*"(\w+)"/.exec(text)?.[1]

/** The wait that a `Retry-After` asks for: seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number.parseInt(header, 10) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
