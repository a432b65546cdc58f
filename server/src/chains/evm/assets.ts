import type { Asset } from '../../money/registry.ts'
import type { AssetId } from '../../money/units.ts'

/** An asset of an EVM chain as the adapter needs it. */
export type EvmAsset = Pick<Asset, 'id' | 'kind' | 'contract'> &
  Readonly<{
    /** The token may deliver less than it logs: what arrived is checked by balances. */
    deliversLess?: true
  }>

/** The assets of one chain by where they are found. */
export type AssetTable = Readonly<{
  native: AssetId
  /** By contract address in lower case; what other contracts log means nothing to us. */
  tokens: ReadonlyMap<string, EvmAsset>
  contractOf: (asset: AssetId) => string | undefined
}>

/** @throws RangeError when the chain's coin is not among them, or a token has no contract */
export function assetTable(assets: readonly EvmAsset[]): AssetTable {
  const native = assets.find((asset) => asset.kind === 'native')
  if (native === undefined) throw new RangeError('the coin of the chain is not among its assets')
  const tokens = new Map<string, EvmAsset>()
  const contracts = new Map<AssetId, string>()
  for (const asset of assets.filter((one) => one.kind === 'token')) {
    if (asset.contract === undefined) throw new RangeError(`${asset.id} has no contract`)
    const contract = asset.contract.toLowerCase()
    tokens.set(contract, asset)
    contracts.set(asset.id, contract)
  }
  return { native: native.id, tokens, contractOf: (asset) => contracts.get(asset) }
}
