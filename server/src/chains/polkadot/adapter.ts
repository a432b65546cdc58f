import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import { checkPolkadotAddress, polkadotAddressOf } from './address.ts'
import type { PolkadotNetwork } from './networks.ts'
import { createPolkadotNode, type PolkadotNode } from './node.client.ts'
import { blockAt, pendingTransfers, scanNode, tipsAt } from './scan.client.ts'
import { createPolkadotSender } from './sender.client.ts'

/** What the adapter and the sender are made from. */
export type PolkadotOptions = Readonly<{
  network: PolkadotNetwork
  /** DOT. */
  asset: AssetId
  /** Nodes of Asset Hub, in the order in which they are asked. */
  urls: readonly [string, ...string[]]
  pollMs: number
  /** How long one answer may take, in ms. */
  timeoutMs: number
}>

/** Connects the nodes of Asset Hub. Asks nothing until it is asked. */
export function connectPolkadot(ctx: Pick<ShellCtx, 'clock'>, options: PolkadotOptions): ManyNodes {
  const [first, ...more] = options.urls
  const { chain, genesis } = options.network
  const nodeAt = (url: string): SingleNode => {
    const { timeoutMs } = options
    const node = createPolkadotNode(ctx, { chain, url, timeoutMs, genesis })
    return { adapter: adapterOf(node, options), sender: createPolkadotSender(node, options) }
  }
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

function adapterOf(node: PolkadotNode, options: PolkadotOptions): ChainAdapter {
  const { asset, network, pollMs } = options
  return {
    chain: network.chain,
    pollMs,
    tips: () => tipsAt(node),
    blockAt: (height) => blockAt(node, height),
    scan: (from, watch, blocksMax) => scanNode(node, asset, { from, watch, blocksMax }),
    pending: (watch) => pendingTransfers(node, asset, watch),
    balanceOf: (address, wanted, height) =>
      wanted === asset ? balanceAt(node, address, height) : Promise.resolve(units(0n)),
    checkAddress: (text) => checkPolkadotAddress(text, network.prefix),
    addressOf: (publicKey) => polkadotAddressOf(publicKey, network.prefix),
  }
}

/** What an address has after a block, what is reserved of it included. */
async function balanceAt(node: PolkadotNode, address: string, height: number): Promise<Units> {
  const block = await blockAt(node, height)
  if (block === undefined) {
    throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height })
  }
  const { free, reserved } = await node.accountAt(address, block.hash)
  return units(free + reserved)
}
