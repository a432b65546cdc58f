import type { Machine } from '../src/machine.ts'

/** A clock that stands where it is put, no chance, and sleep that is noted, not slept. */
export type FakeMachine = Machine & { time: number; readonly slept: number[] }

/** @param time Unix time in milliseconds */
export function fakeMachine(time: number = Date.UTC(2026, 1, 25, 12)): FakeMachine {
  const machine: FakeMachine = {
    time,
    slept: [],
    now: () => machine.time,
    random: () => 0,
    sleep: async (ms) => {
      machine.slept.push(ms)
      machine.time += ms
    },
  }
  return machine
}
