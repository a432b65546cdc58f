import type { BlockRef } from '../chains/contract.ts'
import type { DepositLevel, Observed } from './deposit.ts'
import type { CreditLevel } from './policy.ts'
import type { TipHeights } from './watch.store.ts'

/** How far a deposit is on its way to being credited. */
export type DepositProgress = Readonly<{
  depositId: string
  /** What is booked of it. */
  level: DepositLevel | undefined
  /** The block that holds it, as the chain shows it; absent while none does. */
  block: BlockRef | undefined
  /** From which level on its book credits it. */
  creditAt: CreditLevel
  /** How many blocks are missing until then, 0 or more; absent while no block holds it. */
  toGo: number | undefined
  /** What stands against crediting it. */
  problem: string | undefined
  /** Why its chain is not followed now. */
  watchProblem: string | undefined
}>

/** How many blocks are missing until a deposit is credited; absent while no block holds it. */
export function blocksToGo(
  observed: Observed,
  creditAt: CreditLevel,
  tips: TipHeights | undefined,
): number | undefined {
  if (observed.kind !== 'in block') return undefined
  if (creditAt === 'confirmed' || tips === undefined) return 0
  const height = creditAt === 'safe' ? tips.safeHeight : tips.finalHeight
  return Math.max(0, observed.block.height - height)
}
