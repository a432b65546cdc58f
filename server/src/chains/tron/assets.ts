import { bytesToHex } from '@noble/hashes/utils.js'
import type { Asset } from '../../money/registry.ts'
import type { AssetId } from '../../money/units.ts'
import { tronAddressBytes } from './address.ts'

/** An asset of Tron as the adapter needs it; its contract as `T…`. */
export type TronAsset = Pick<Asset, 'id' | 'kind' | 'contract'>

/** The assets of the chain by where they are found; accounts as `0x` and 40 digits. */
export type TronAssets = Readonly<{
  native: AssetId
  /** By contract; what other contracts log means nothing to us. */
  tokens: ReadonlyMap<string, AssetId>
  contractOf: (asset: AssetId) => string | undefined
}>

/** @throws RangeError when the coin is not among them, or a token's contract is no address */
export function tronAssets(assets: readonly TronAsset[]): TronAssets {
  const native = assets.find((asset) => asset.kind === 'native')
  if (native === undefined) throw new RangeError('the coin of the chain is not among its assets')
  const tokens = new Map<string, AssetId>()
  const contracts = new Map<AssetId, string>()
  for (const { id, contract } of assets.filter((one) => one.kind === 'token')) {
    const bytes = tronAddressBytes(contract ?? '')
    if (bytes === undefined) throw new RangeError(`${id} has no contract`)
    const account = `0x${bytesToHex(bytes.subarray(1))}`
    tokens.set(account, id)
    contracts.set(id, account)
  }
  return { native: native.id, tokens, contractOf: (asset) => contracts.get(asset) }
}
