import type { AssetId, Units } from '../../money/units.ts'
import { units } from '../../money/units.ts'
import { Quantity } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { balanceOfCall } from './erc20.ts'
import type { EvmNode } from './node.client.ts'

/**
 * What an address holds after a block.
 *
 * @throws chain.node_refused when the node does not know that block's state any more
 * @throws RangeError when the asset is not of this chain
 */
export async function balanceAt(
  node: EvmNode,
  assets: AssetTable,
  of: Readonly<{ address: string; asset: AssetId; height: number }>,
): Promise<Units> {
  const height = `0x${of.height.toString(16)}`
  if (of.asset === assets.native) {
    return units(await node.ask('eth_getBalance', [of.address, height], Quantity))
  }
  const contract = assets.contractOf(of.asset)
  if (contract === undefined) throw new RangeError(`${of.asset} is not an asset of ${node.chain}`)
  const call = { to: contract, data: balanceOfCall(of.address) }
  return units(await node.ask('eth_call', [call, height], Quantity))
}
