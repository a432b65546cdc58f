import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'

/** An amount as sentences have it: `250.5 USDT_BSC`. */
export function coinText(asset: AssetId, amount: Units): string {
  const { code, decimals } = knownAsset(asset)
  return `${formatUnits(amount, decimals)} ${code}`
}
