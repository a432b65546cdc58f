import type { Instant } from '../../shell/clock.ts'

/** How a node did at its last tries. */
type Record = Readonly<{ failures: number; restingUntil: Instant }>

/** Remembers which nodes failed, so that a dead one costs its time-out seldom. */
export type Health = Readonly<{
  /** The nodes in the order to ask them: those that work in their given order, then the rest. */
  order: () => readonly number[]
  succeeded: (node: number) => void
  failed: (node: number) => void
  /** Whether a node failed at its last try, not long ago. */
  isResting: (node: number) => boolean
}>

const REST_MS_MIN = 5_000
const REST_MS_MAX = 5 * 60_000

/**
 * The health of so many nodes. One that fails rests for seconds, then minutes while it keeps
 * failing: it is asked last, never not at all.
 */
export function createHealth(clock: Readonly<{ now: () => Instant }>, nodes: number): Health {
  const records = new Map<number, Record>()
  const isResting = (node: number): boolean => {
    const record = records.get(node)
    return record !== undefined && clock.now() < record.restingUntil
  }
  const restsUntil = (node: number): Instant => records.get(node)?.restingUntil ?? 0
  return {
    isResting,
    order: () => {
      const all = Array.from({ length: nodes }, (_, node) => node)
      const resting = all.filter(isResting).sort((a, b) => restsUntil(a) - restsUntil(b))
      return [...all.filter((node) => !isResting(node)), ...resting]
    },
    succeeded: (node) => void records.delete(node),
    failed: (node) => {
      const failures = (records.get(node)?.failures ?? 0) + 1
      const restMs = Math.min(REST_MS_MAX, REST_MS_MIN * 2 ** (failures - 1))
      records.set(node, { failures, restingUntil: clock.now() + restMs })
    },
  }
}
