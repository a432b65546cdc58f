import type { Level } from '../chains/contract.ts'
import type { Units } from '../money/units.ts'

/** How sure a deposit must be before it is credited. In the mempool alone it never is. */
export type CreditLevel = Exclude<Level, 'seen'>

/** Below which amounts of an asset a book credits before the chain's finality. */
export type ConfirmationPolicy = Readonly<{
  /** Less than this is credited in any block. */
  confirmedBelow: Units
  /** Less than this, when its block is safe; at least `confirmedBelow`. The rest: when final. */
  safeBelow: Units
}>

/** At which level a deposit of so many units is credited. @param policy absent: always final */
export function creditLevel(policy: ConfirmationPolicy | undefined, units: Units): CreditLevel {
  if (policy === undefined || units >= policy.safeBelow) return 'final'
  return units < policy.confirmedBelow ? 'confirmed' : 'safe'
}

const RANK = { confirmed: 1, safe: 2, final: 3 } as const satisfies Record<CreditLevel, number>

/** Whether a level is at least another. */
export const isAtLeast = (level: CreditLevel, wanted: CreditLevel): boolean =>
  RANK[level] >= RANK[wanted]
