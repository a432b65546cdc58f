import { units } from '../../money/units.ts'
import type { BlockRef, ChainTransfer, Scan, Watch } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import { inParallel } from '../node/concurrent.ts'
import { tronAddressOfAccount } from './address.ts'
import type { Block } from './answers.ts'
import type { TronAssets } from './assets.ts'
import {
  blockAt,
  headerAt,
  headerNow,
  mustBeThere,
  settle,
  type ReadDifferences,
} from './blocks.client.ts'
import { movementsOf, type Movement } from './movements.ts'
import type { TronNode } from './node.client.ts'

/** One node with the ways to look at it. */
export type TronView = Readonly<{
  node: TronNode
  assets: TronAssets
  readDifferences: ReadDifferences
}>

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash, and
 * infos of exactly these. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(view: TronView, request: ScanRequest): Promise<Scan> {
  return untilSettled(() => scanOnce(view, request))
}

async function scanOnce(view: TronView, { from, watch, blocksMax }: ScanRequest): Promise<Scan> {
  const { node } = view
  const cursor = await headerAt(node, from.height)
  if (cursor === undefined) return aboveTip(node, from)
  if (cursor.hash !== from.hash) return { kind: 'forked' }
  const blocks = await followingBlocks(node, from, blocksMax)
  const last = blocks.at(-1)
  if (last === undefined) return { kind: 'blocks', blocks: [], transfers: [] }
  const transfers = []
  const settled = await inParallel(blocks, (block) => settle(node, block))
  for (const one of settled) {
    const { height, hash } = one.block
    const found = await ours(watch, movementsOf(one, view.assets))
    transfers.push(...found.map((transfer) => ({ ...transfer, block: { height, hash } })))
  }
  // What was asked by height is true for these blocks if the last one is still there.
  await mustBeThere(node, last)
  return { kind: 'blocks', blocks: blocks.map(({ height, hash }) => ({ height, hash })), transfers }
}

/** The blocks after one, each the parent of the next. */
async function followingBlocks(
  node: TronNode,
  from: BlockRef,
  blocksMax: number,
): Promise<readonly Block[]> {
  const latest = await headerNow(node, 'wallet')
  const count = Math.max(0, Math.min(latest.height - from.height, blocksMax))
  const heights = Array.from({ length: count }, (_, place) => from.height + 1 + place)
  const answers = await inParallel(heights, (height) => blockAt(node, height))
  const end = answers.indexOf(undefined)
  const blocks = answers.slice(0, end < 0 ? answers.length : end).filter((one) => one !== undefined)
  const parents = [from.hash, ...blocks.map(({ hash }) => hash)]
  const follow = blocks.every(
    (block, place) => block.height === heights[place] && block.parentHash === parents[place],
  )
  if (!follow) throw unsettled(node)
  return blocks
}

/**
 * A node that does not reach up to the cursor lags behind: it must not look like a fork, which
 * would take back what is final. A block's name begins with its height, so a cursor that
 * contradicts itself shows by itself.
 */
function aboveTip(node: TronNode, from: BlockRef): Scan {
  const named = BigInt(`0x${from.hash.slice(0, 16)}`)
  if (named !== BigInt(from.height)) return { kind: 'forked' }
  throw behind(node, from)
}

/** Of movements those that bring something to an address of ours; not yet told in which block. */
export async function ours(
  watch: Watch,
  movements: readonly Movement[],
): Promise<readonly Omit<ChainTransfer, 'block'>[]> {
  const moving = movements.filter(({ from, to, value }) => value > 0n && from !== to)
  const addresses = new Map(moving.map(({ to }) => [to, tronAddressOfAccount(to)]))
  if (addresses.size === 0) return []
  const mine = await watch.ours(Array.from(new Set(addresses.values())))
  return moving.flatMap(({ from, to, value, ...rest }) => {
    const address = addresses.get(to) ?? ''
    if (!mine.has(address)) return []
    return { ...rest, from: tronAddressOfAccount(from), to: address, units: units(value) }
  })
}
