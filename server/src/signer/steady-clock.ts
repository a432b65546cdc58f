/** How much a clock that is set right may run ahead of the machine's own counting. */
const LEAD_MS = 60_000

/**
 * A clock that cannot be set forward: whoever sets the machine's ahead by a day would have emptied
 * all of today's caps. Set back, it is followed; the log's newest line holds it up.
 *
 * @param wall the machine's clock, epoch ms
 * @param steady ms that have passed since any moment, which nobody can set
 */
export function steadyClock(wall: () => number, steady: () => number): () => number {
  const began = wall() - steady()
  return () => Math.floor(Math.min(wall(), began + steady() + LEAD_MS))
}
