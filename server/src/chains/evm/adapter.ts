import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter, Tips } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import { checkEvmAddress, evmAddressOf } from './address.ts'
import { assetTable, type AssetTable, type EvmAsset } from './assets.ts'
import { balanceAt } from './balances.client.ts'
import { createLogReader } from './logs.client.ts'
import { createEvmNode, type EvmNode } from './node.client.ts'
import { pendingTransfers } from './pending.client.ts'
import { headerAt, scanNode, type NodeView } from './scan.client.ts'
import { createEvmSender } from './sender.client.ts'
import { tipsAt, type Finality } from './tips.client.ts'
import { createMovesReader } from './trace.client.ts'

/**
 * How coins are found that a contract moves: by `trace` of every block, by comparing the `balance`
 * of expected addresses, not at all (`off`), or, with `auto`, by trace where the node can.
 */
export type InternalMethod = 'auto' | 'trace' | 'balance' | 'off'

/** What one chain's adapter is made from; `parseNodeConfig` reads it from the setting. */
export type EvmAdapterOptions = Readonly<{
  chain: ChainId
  /** What its nodes answer to `eth_chainId`; another id than the chain's where a test network stands in. */
  nodeChainId: bigint
  /** Nodes in the order in which they are asked. */
  urls: readonly [string, ...string[]]
  /** The coin, and the tokens whose contracts count. */
  assets: readonly EvmAsset[]
  finality: Finality
  internal: InternalMethod
  pollMs: number
  /** How long one answer of a node may take, in ms. */
  timeoutMs: number
}>

/** Connects the nodes of any EVM chain. Asks nothing until it is asked. */
export function connectEvm(ctx: Pick<ShellCtx, 'clock'>, options: EvmAdapterOptions): ManyNodes {
  const [first, ...more] = options.urls
  const nodeAt = (url: string): SingleNode => {
    const { chain, nodeChainId, timeoutMs, finality } = options
    const node = createEvmNode(ctx, { chain, expectedChainId: nodeChainId, url, timeoutMs })
    const assets = assetTable(options.assets)
    const sender = createEvmSender({ node, chainId: nodeChainId, assets }, finality)
    return { adapter: adapterOf(node, assets, options), sender }
  }
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

function adapterOf(node: EvmNode, assets: AssetTable, options: EvmAdapterOptions): ChainAdapter {
  const view = viewOf(node, assets, options.internal)
  return {
    chain: options.chain,
    pollMs: options.pollMs,
    tips: (): Promise<Tips> => tipsAt(node, options.finality),
    blockAt: (height) => headerAt(node, height),
    scan: (from, watch, blocksMax) => scanNode(view, { from, watch, blocksMax }),
    pending: (watch) => pendingTransfers(node, assets, watch),
    balanceOf: (address, asset, height) => balanceAt(node, assets, { address, asset, height }),
    checkAddress: checkEvmAddress,
    addressOf: evmAddressOf,
  }
}

function viewOf(node: EvmNode, assets: AssetTable, internal: InternalMethod): NodeView {
  const contracts = Array.from(assets.tokens.keys())
  const traces = internal === 'auto' || internal === 'trace'
  return {
    node,
    assets,
    readLogs: createLogReader(node, contracts),
    readMoves: traces
      ? createMovesReader(node, { contracts, required: internal === 'trace' })
      : () => Promise.resolve(new Map()),
    comparesBalances: internal !== 'off',
  }
}
