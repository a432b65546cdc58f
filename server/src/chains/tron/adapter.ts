import { randomInt } from 'node:crypto'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter, Tips } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import { checkTronAddress, tronAddressOf } from './address.ts'
import { tronAssets, type TronAsset } from './assets.ts'
import { balanceAt } from './balances.client.ts'
import { createDifferencesReader, headerAt, headerNow } from './blocks.client.ts'
import { createTronNode, type TronNode } from './node.client.ts'
import { createPendingReader } from './pending.client.ts'
import { scanNode, type TronView } from './scan.client.ts'
import { createTronSender } from './sender.client.ts'

/** Where one node answers: `wallet/…` and `walletsolidity/…`. */
export type TronUrls = Readonly<{ url: string; solidityUrl: string }>

/** What the adapter is made from; `parseNodeConfig` reads it from the setting. */
export type TronOptions = Readonly<{
  chain: ChainId
  /** The last four bytes of the first block's id, 8 hexadecimal digits. */
  genesis: string
  /** Nodes in the order in which they are asked. */
  nodes: readonly [TronUrls, ...TronUrls[]]
  /** The coin, and the tokens whose contracts count. */
  assets: readonly TronAsset[]
  pollMs: number
  /** How long one answer of a node may take, in ms. */
  timeoutMs: number
}>

/** How far apart the expirations of transactions may be that are built in the same moment. */
const SALT_MS = 60_000

/** Connects the nodes of Tron. Asks nothing until it is asked. */
export function connectTron(ctx: Pick<ShellCtx, 'clock'>, options: TronOptions): ManyNodes {
  const [first, ...more] = options.nodes
  const nodeAt = (urls: TronUrls): SingleNode => singleNode(ctx, options, urls)
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

function singleNode(
  ctx: Pick<ShellCtx, 'clock'>,
  options: TronOptions,
  urls: TronUrls,
): SingleNode {
  const node = createTronNode(ctx, { ...options, ...urls })
  const assets = tronAssets(options.assets)
  const view = { node, assets, readDifferences: createDifferencesReader(node, assets) }
  const sending = { node, assets, now: () => ctx.clock.now(), salt: () => randomInt(SALT_MS) }
  return { adapter: adapterOf(options, view), sender: createTronSender(sending) }
}

const adapterOf = ({ chain, pollMs }: TronOptions, view: TronView): ChainAdapter => ({
  chain,
  pollMs,
  tips: () => tipsOf(view.node),
  blockAt: async (height) => {
    const header = await headerAt(view.node, height)
    return header && { height: header.height, hash: header.hash }
  },
  scan: (from, watch, blocksMax) => scanNode(view, { from, watch, blocksMax }),
  pending: createPendingReader(view.node, view.assets),
  balanceOf: (address, asset, height) => balanceAt(view, { address, asset, height }),
  checkAddress: checkTronAddress,
  addressOf: tronAddressOf,
})

/** A block that two thirds of the witnesses have built on is solidified: safe and final at once. */
async function tipsOf(node: TronNode): Promise<Tips> {
  const { height: solid } = await headerNow(node, 'walletsolidity')
  const { height, hash } = await headerNow(node, 'wallet')
  const finalHeight = Math.min(solid, height)
  return { latest: { height, hash }, safeHeight: finalHeight, finalHeight }
}
