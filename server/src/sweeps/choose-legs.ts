import type { Units } from '../money/units.ts'
import type { Leg } from './plan.ts'

/**
 * The addresses that a sweep empties: those that are worth it. For money that is owed, and that
 * these do not bring, others too, the fullest first and no more of them than it takes.
 *
 * @param missing what is owed and not in the treasury; 0: nobody waits for anything
 */
export function chooseLegs(legs: readonly Leg[], missing: Units): readonly Leg[] {
  const chosen = new Set(legs.filter((leg) => leg.isWorthwhile))
  let brought = [...chosen].reduce((sum, leg) => sum + leg.units, 0n)
  const others = legs
    .filter((leg) => !leg.isWorthwhile)
    .sort((a, b) => (a.units === b.units ? 0 : a.units > b.units ? -1 : 1))
  for (const leg of others) {
    if (brought >= missing) break
    chosen.add(leg)
    brought += leg.units
  }
  return legs.filter((leg) => chosen.has(leg))
}
