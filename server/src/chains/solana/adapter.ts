import type { AssetId, ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter, ChainTransfer } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import { checkSolanaAddress, solanaAddressOf } from './address.ts'
import { assetTable, coinOf, type AssetTable } from './assets.ts'
import { balanceAt } from './balances.client.ts'
import { blockAt, CONFIRMED, slotAt, tipsAt } from './blocks.client.ts'
import { createSolanaNode, type SolanaNode } from './node.client.ts'
import { scanNode } from './scan.client.ts'
import { createSolanaSender } from './sender.client.ts'

/** What one chain's adapter is made from. */
export type SolanaOptions = Readonly<{
  chain: ChainId
  /** What the genesis hash of its nodes begins with. */
  genesis: string
  /** Nodes in the order in which they are asked. */
  urls: readonly [string, ...string[]]
  /** The mint of each token that counts. */
  tokens: ReadonlyMap<AssetId, string>
  pollMs: number
  /** How long one answer of a node may take, in ms. */
  timeoutMs: number
}>

/** Connects the nodes of a Solana network. Asks nothing until it is asked. */
export function connectSolana(ctx: Pick<ShellCtx, 'clock'>, options: SolanaOptions): ManyNodes {
  const { chain, genesis, timeoutMs } = options
  const assets = assetTable(coinOf(chain), options.tokens)
  const nodeAt = (url: string): SingleNode => {
    const node = createSolanaNode(ctx, { chain, genesis, url, timeoutMs })
    const adapter = adapterOf(node, assets, options.pollMs)
    return { adapter, sender: createSolanaSender(ctx, node, assets) }
  }
  const [first, ...more] = options.urls
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

const adapterOf = (node: SolanaNode, assets: AssetTable, pollMs: number): ChainAdapter => ({
  chain: node.chain,
  pollMs,
  tips: () => tipsAt(node),
  blockAt: (height) => blockAt(node, height),
  scan: (from, watch, blocksMax) => scanNode(node, assets, { from, watch, blocksMax }),
  // Transactions go straight to the next leaders: no node has a list of those that wait.
  pending: () => nothingShown(node),
  balanceOf: (address, asset, height) => balanceAt(node, assets, { address, asset, height }),
  checkAddress: checkSolanaAddress,
  addressOf: solanaAddressOf,
})

/** Nothing, from a node that answers. */
async function nothingShown(node: SolanaNode): Promise<readonly ChainTransfer[]> {
  await slotAt(node, CONFIRMED)
  return []
}
