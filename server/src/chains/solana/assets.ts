import { assetId } from '../../money/caip.ts'
import type { AssetId, ChainId } from '../../money/units.ts'

/** The SLIP-44 number of the coin. */
const COIN = 501

/** The coin of a chain. */
export const coinOf = (chain: ChainId): AssetId => assetId(`${chain}/slip44:${COIN}`)

/** The token with this mint. */
export const tokenOf = (chain: ChainId, mint: string): AssetId => assetId(`${chain}/token:${mint}`)

/** The coin, and the tokens whose mints count: by mint, and by asset. */
export type AssetTable = Readonly<{
  coin: AssetId
  byMint: ReadonlyMap<string, AssetId>
  mints: ReadonlyMap<AssetId, string>
}>

/**
 * Sorts what an adapter shall see of a chain.
 *
 * @param tokens the mint of each token that counts; nothing else is a deposit, whatever it calls
 * itself
 */
export function assetTable(coin: AssetId, tokens: ReadonlyMap<AssetId, string>): AssetTable {
  const byMint = new Map(Array.from(tokens, ([asset, mint]) => [mint, asset] as const))
  return { coin, byMint, mints: tokens }
}
