import { isError } from '../errors/app-error.ts'
import { assetsNamed, resolveAsset, type AssetName } from '../money/alias.ts'
import { compareDecimals } from '../money/decimal.ts'
import type { Asset } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'

/**
 * The assets that a side of a conversion may mean: the one that is named, or, where a currency is
 * named without the network, that currency on all of its networks, in the order of the asset table.
 *
 * @returns at least one
 * @throws what `resolveAsset` throws; a network that is named and ambiguous stays so
 */
export function candidates(name: AssetName): readonly Asset[] {
  try {
    return [resolveAsset(name)]
  } catch (error) {
    const isOpen = isError(error, 'money.ambiguous_network') && name.network === undefined
    if (!isOpen) throw error
    return [...assetsNamed(name.currency)]
  }
}

/**
 * The candidate of which most is held, in whole ones and not in units, which differ between
 * networks; of those that hold the same, the first.
 *
 * @param held what the organization has available; nothing of those that are left out
 */
export function mostHeld(
  of: readonly Asset[],
  held: ReadonlyMap<AssetId, Units>,
): Asset | undefined {
  const amountOf = (asset: Asset) => ({ mantissa: held.get(asset.id) ?? 0n, scale: asset.decimals })
  return of.reduce<Asset | undefined>(
    (best, one) =>
      best === undefined || compareDecimals(amountOf(one), amountOf(best)) > 0 ? one : best,
    undefined,
  )
}
