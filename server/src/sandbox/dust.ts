import type { Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'

/** What Bitcoin's nodes call dust: less than this is not relayed as an output of the old kind. */
const BITCOIN_DUST = 546n

/** Where nothing is called dust, a millionth of a whole unit is small enough. */
const SMALL_DECIMALS = 6

/** The amount of a `dust` deposit: what was asked for, but no more than is dust. */
export function dustOf(asset: Pick<Asset, 'currency' | 'decimals'>, asked: Units): Units {
  const most =
    asset.currency === 'BTC'
      ? BITCOIN_DUST - 1n
      : 10n ** BigInt(Math.max(0, asset.decimals - SMALL_DECIMALS))
  return asked < most ? asked : units(most)
}
