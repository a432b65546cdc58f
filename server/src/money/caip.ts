import type { AssetId, ChainId } from './units.ts'

const CHAIN = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/
const ASSET = /^([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32})\/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}$/

/**
 * Marks a CAIP-2 chain id such as `eip155:56`.
 *
 * @throws RangeError when the text has another form: ids come from our own data and rows
 * @see https://standards.chainagnostic.org/CAIPs/caip-2
 */
export function chainId(text: string): ChainId {
  if (!CHAIN.test(text)) throw new RangeError(`${text} is not a CAIP-2 chain id`)
  return text as ChainId
}

/**
 * Marks a CAIP-19 asset id such as `eip155:56/slip44:714`.
 *
 * @throws RangeError when the text has another form: ids come from our own data and rows
 * @see https://standards.chainagnostic.org/CAIPs/caip-19
 */
export function assetId(text: string): AssetId {
  if (!ASSET.test(text)) throw new RangeError(`${text} is not a CAIP-19 asset id`)
  return text as AssetId
}

/** The chain of an asset, which its CAIP-19 id begins with. */
export function chainOfAsset(asset: AssetId): ChainId {
  const [, chain = ''] = ASSET.exec(asset) ?? []
  return chainId(chain)
}
