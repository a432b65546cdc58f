/** What the client needs of the machine; tests put a clock of their own in its place. */
export type Machine = Readonly<{
  /** Unix time in milliseconds. */
  now: () => number
  /** From 0 up to, but not including, 1. */
  random: () => number
  /** Resolves after so many milliseconds, or at once when the signal says stop. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}>

/** The real one. */
export const realMachine: Machine = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      if (signal?.aborted === true) wake()
      signal?.addEventListener('abort', wake)
    }),
}

/**
 * Timestamps to sign with: the machine's time, corrected by what the API's clock was seen to show.
 * No two are the same, since the second of two equal requests would be taken for a replay.
 */
export type Timestamps = { next: () => number; correct: (serverTime: number) => void }

/** Timestamps of one client. */
export function timestampsOf(machine: Pick<Machine, 'now'>): Timestamps {
  let last = 0
  let offset = 0
  return {
    next: () => {
      last = Math.max(Math.round(machine.now() + offset), last + 1)
      return last
    },
    correct: (serverTime) => {
      offset = serverTime - machine.now()
      // What was signed with the wrong clock must not hold the right one up.
      last = 0
    },
  }
}
