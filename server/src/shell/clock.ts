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
  // Not the promise of `node:timers`: each that is ended early costs an error with its stack.
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end)
    }),
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
