import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type ChainId, type Units } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter, Tips } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import { checkStacksAddress, stacksAddressOf, type StacksNetwork } from './address.ts'
import { createStacksNode, type StacksNode } from './node.client.ts'
import type { Depths } from './depths.ts'
import { accountAt } from './accounts.client.ts'
import { blockAt, latestBlock, pendingTransfers, scanNode } from './scan.client.ts'
import { createStacksSender } from './sender.client.ts'

/** What the adapter and the sender are made from. */
export type StacksOptions = Readonly<{
  chain: ChainId
  /** STX. */
  asset: AssetId
  network: StacksNetwork
  /** Stacks APIs with their nodes, in the order in which they are asked. */
  urls: readonly [string, ...string[]]
  finality: Depths
  pollMs: number
  /** How long one answer may take, in ms. */
  timeoutMs: number
}>

/** Connects the nodes of Stacks. Asks nothing until it is asked. */
export function connectStacks(ctx: Pick<ShellCtx, 'clock'>, options: StacksOptions): ManyNodes {
  const [first, ...more] = options.urls
  const nodeAt = (url: string): SingleNode => {
    const node = createStacksNode(ctx, { ...options, url })
    return {
      adapter: adapterOf(node, options),
      sender: createStacksSender(node, options),
    }
  }
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

function adapterOf(node: StacksNode, options: StacksOptions): ChainAdapter {
  const { chain, asset, network, pollMs, finality } = options
  return {
    chain,
    pollMs,
    tips: () => tipsAt(node, finality),
    blockAt: (height) => blockAt(node, height),
    scan: (from, watch, blocksMax) => scanNode(node, asset, { from, watch, blocksMax }),
    pending: (watch) => pendingTransfers(node, asset, watch),
    balanceOf: (address, wanted, height) =>
      wanted === asset ? balanceAt(node, address, height) : Promise.resolve(units(0n)),
    checkAddress: (text) => checkStacksAddress(text, network),
    addressOf: (publicKey) => stacksAddressOf(publicKey, network),
  }
}

/** Where a node is. */
export async function tipsAt(node: StacksNode, { safe, final }: Depths): Promise<Tips> {
  const latest = await latestBlock(node)
  const below = (depth: number): number => Math.max(0, latest.height - depth + 1)
  return { latest, safeHeight: below(safe), finalHeight: below(final) }
}

/** What an address has after a block, what it has locked for stacking included. */
async function balanceAt(node: StacksNode, address: string, height: number): Promise<Units> {
  const block = await blockAt(node, height)
  if (block === undefined) {
    throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height })
  }
  const { balance, locked } = await accountAt(node, address, block)
  return units(balance + locked)
}
