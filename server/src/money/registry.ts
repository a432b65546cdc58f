import { assetId, chainId } from './caip.ts'
import { assetRows, type AssetRow } from './registry-assets.ts'
import { networkRows, type NetworkRow } from './registry-networks.ts'
import type { AssetId, ChainId } from './units.ts'

/** A network of the registry: the facts of its row, with ids that are known to be well formed. */
export type Network = Readonly<Omit<NetworkRow, 'chain' | 'native'>> &
  Readonly<{ chain: ChainId; native: AssetId }>

/** An asset of the registry. */
export type Asset = Readonly<{
  /** CAIP-19; EVM contracts in lower case, others as the chain writes them. */
  id: AssetId
  chain: ChainId
  kind: 'native' | 'token'
  /** A token's contract as the chain writes it (EIP-55, base58check); absent for a coin. */
  contract: string | undefined
  /** The document's asset name: `Tether (USDT)`. */
  name: string
  /** The document's symbol: `USDT`. */
  currency: string
  /** Other symbols that are read as this asset when its network is named. */
  currencyAliases: readonly string[]
  /** The symbol whose price it has: `ETH` for `BASE`, else `currency`. */
  pricedAs: string
  /** The network's name beside this currency: `BSC` for USDT, `BNB Chain` for BNB and USDC. */
  network: string
  /** One word for currency and network: `USDT_TRC20`, `BTC`. */
  code: string
  /** The same as the tenant API writes it: `USDTTRC20`, `BTC`. */
  compactCode: string
  decimals: number
  standard: string
}>

/** Every network, the local one last. */
export const networks: readonly Network[] = networkRows.map((row) => ({
  ...row,
  chain: chainId(row.chain),
  native: assetId(`${row.chain}/${row.native}`),
}))

const networksByChain = new Map<string, Network>(networks.map((one) => [one.chain, one]))

/** Every asset: the document's table first and in its order, the local network's last. */
export const assets: readonly Asset[] = assetRows.map(assetOfRow)

const assetsById = new Map<string, Asset>(assets.map((one) => [one.id, one]))

/** The network with this CAIP-2 id in its exact writing; aliases are `resolveNetwork`'s work. */
export const networkByChain = (chain: string): Network | undefined => networksByChain.get(chain)

/** The asset with this CAIP-19 id in its exact writing; aliases are `resolveAsset`'s work. */
export const assetById = (id: string): Asset | undefined => assetsById.get(id)

/** An asset that must be there: its id was given out by us. */
export function knownAsset(id: AssetId): Asset {
  const asset = assetsById.get(id)
  if (asset === undefined) throw new RangeError(`${id} is not in the registry`)
  return asset
}

/** A network that must be there: its id was given out by us. */
export function knownNetwork(chain: ChainId): Network {
  const network = networksByChain.get(chain)
  if (network === undefined) throw new RangeError(`${chain} is not in the registry`)
  return network
}

/** The assets of one network, its coin first. */
export const assetsOn = (chain: ChainId): readonly Asset[] =>
  assets.filter((asset) => asset.chain === chain)

function assetOfRow(row: AssetRow): Asset {
  const separator = row.reference.indexOf(':')
  const namespace = row.reference.slice(0, separator)
  const isNative = namespace === 'slip44'
  // Two writings of one EVM address must not be two assets, so ids hold its lower case.
  const reference = namespace === 'erc20' ? row.reference.toLowerCase() : row.reference
  const chain = chainId(row.chain)
  const code = row.code ?? row.currency
  return {
    id: assetId(`${row.chain}/${reference}`),
    chain,
    kind: isNative ? 'native' : 'token',
    contract: isNative ? undefined : row.reference.slice(separator + 1),
    name: row.name,
    currency: row.currency,
    currencyAliases: row.currencyAliases ?? [],
    pricedAs: row.pricedAs ?? row.currency,
    network: row.network ?? knownNetwork(chain).name,
    code,
    compactCode: code.replace('_', ''),
    decimals: row.decimals,
    standard: row.standard,
  }
}
