import type { ChainAdapter } from '../chains/contract.ts'
import type { Holding } from '../custody/holding.ts'
import type { AssetId } from '../money/units.ts'

/**
 * What of holdings still lies at their addresses. A sweep empties an address of all that is there
 * when it is made or mined, also of what came after its plan: that is at the treasury, and whoever
 * planned with it again would wait for coins that never come.
 *
 * @param holdings those of a plan, so that their number is bounded
 * @returns with the units that are there, without the addresses where nothing is left
 * @throws chain.unreachable
 */
export async function readRemaining(
  adapter: ChainAdapter,
  asset: AssetId,
  holdings: readonly Holding[],
): Promise<readonly Holding[]> {
  if (holdings.length === 0) return []
  const { latest } = await adapter.tips()
  const remaining = await Promise.all(
    holdings.map(async (holding) => {
      const there = await adapter.balanceOf(holding.address, asset, latest.height)
      return there < holding.units ? { ...holding, units: there } : holding
    }),
  )
  return remaining.filter(({ units }) => units > 0n)
}
