import type { Instant } from '../shell/clock.ts'
import type { Sweep } from './sweep.ts'

/**
 * Whether a sweep of an asset may begin. After one that failed the next waits, longer each time:
 * a chain takes its fee for what it undoes.
 */
export type SweepStanding =
  | Readonly<{ kind: 'free' }>
  | Readonly<{ kind: 'running'; sweepId: string }>
  | Readonly<{ kind: 'resting'; sweepId: string; problem: string; until: Instant }>

const FIRST_REST_MS = 60_000
const REST_MAX_MS = 60 * 60_000

/** Sweeps that are looked at: enough of them failing in a row make the longest rest. */
export const NEWEST_MAX = 8

/** @param newest the newest sweeps of the asset, the newest first */
export function sweepStanding(
  newest: readonly Pick<Sweep, 'sweepId' | 'state' | 'problem' | 'endedAt'>[],
  now: Instant,
): SweepStanding {
  const [last] = newest
  if (last === undefined || last.state === 'completed') return { kind: 'free' }
  if (last.state === 'sending') return { kind: 'running', sweepId: last.sweepId }
  const others = newest.findIndex(({ state }) => state !== 'failed')
  const failures = others === -1 ? newest.length : others
  const restMs = Math.min(FIRST_REST_MS * 2 ** (failures - 1), REST_MAX_MS)
  const until = (last.endedAt ?? now) + restMs
  if (now >= until) return { kind: 'free' }
  return { kind: 'resting', sweepId: last.sweepId, problem: last.problem ?? 'it failed', until }
}
