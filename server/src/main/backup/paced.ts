import type { Clock } from '../../shell/clock.ts'

const PACE_MS = 500

/** Says how far something is, the first time at once and then no more than twice a second. */
export function paced(
  clock: Pick<Clock, 'now'>,
  say: (detail: string) => void,
): (detail: () => string) => void {
  let saidAt = -Infinity
  return (detail) => {
    const now = clock.now()
    if (now - saidAt < PACE_MS) return
    saidAt = now
    say(detail())
  }
}
