import { setTimeout as delay } from 'node:timers/promises'

/** A point in time: milliseconds since the Unix epoch. */
export type Instant = number

/** Where time comes from (H23): nothing else in the server reads the machine's clock. */
export type Clock = Readonly<{
  now: () => Instant
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}>

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
}

/** A clock for tests: stands still until it is advanced; sleepers wake when their time has come. */
export type ManualClock = Clock & Readonly<{ advance: (ms: number) => void }>

/** Makes a clock that stands at `start` until told otherwise. */
export function manualClock(start: Instant): ManualClock {
  let now = start
  const sleepers = new Set<{ at: Instant; wake: () => void }>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || ms <= 0) return resolve()
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          resolve()
        })
      }),
    advance: (ms) => {
      now += ms
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
