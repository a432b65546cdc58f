import type { Units } from '../money/units.ts'
import type { Leg } from './plan.ts'

/** Coins of the asset that somebody is owed and that the treasury does not have. */
export type Shortage = Readonly<{
  missing: Units
  /** What lies at all addresses together, those among it that one sweep does not reach. */
  lying: Units
}>

/**
 * The addresses that a sweep empties: those that are worth it. For money that is owed, and that
 * these do not bring, others too, the fullest first and no more than it takes; but only where all
 * that lies there is enough, since coins that help nobody stay where they cost nothing.
 */
export function chooseLegs(legs: readonly Leg[], shortage: Shortage | undefined): readonly Leg[] {
  const chosen = new Set(legs.filter((leg) => leg.isWorthwhile))
  if (shortage === undefined || shortage.lying < shortage.missing) return [...chosen]
  let brought = [...chosen].reduce((sum, leg) => sum + leg.units, 0n)
  const others = legs
    .filter((leg) => !leg.isWorthwhile)
    .sort((a, b) => (a.units === b.units ? 0 : a.units > b.units ? -1 : 1))
  for (const leg of others) {
    if (brought >= shortage.missing) break
    chosen.add(leg)
    brought += leg.units
  }
  return legs.filter((leg) => chosen.has(leg))
}
