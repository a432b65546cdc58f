import { systemClock, type Clock, type Instant } from '../../src/shell/clock.ts'

/** So much faster does time run in worlds whose claims, waits and bumps are not waited for. */
const TIMES = 60

/**
 * A clock that runs faster than the machine's: every process that begins with the same instant has
 * the same time.
 */
export function fastClock(origin: Instant): Clock {
  return {
    now: () => origin + (systemClock.now() - origin) * TIMES,
    sleep: (ms, signal) => systemClock.sleep(ms / TIMES, signal),
  }
}
