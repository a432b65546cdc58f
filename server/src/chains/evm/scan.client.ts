import { AppError, isError } from '../../errors/app-error.ts'
import type { BlockRef, ChainTransfer, Scan, Watch } from '../contract.ts'
import { checksummed } from './address.ts'
import { Block, Header, Height } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { recipients, touching, transfersOf, type Mine, type Sighting } from './block-transfers.ts'
import { inParallel } from './concurrent.ts'
import { delivered } from './delivered.client.ts'
import type { ReadLogs } from './logs.client.ts'
import type { EvmNode } from './node.client.ts'
import { createReceiptReader, type ReadReceipt } from './receipts.client.ts'
import type { ReadMoves } from './trace.client.ts'
import { unexplainedTransfers } from './unexplained.client.ts'

/** One node with the ways to look at it. */
export type NodeView = Readonly<{
  node: EvmNode
  assets: AssetTable
  readLogs: ReadLogs
  readMoves: ReadMoves
  /** Compares the balances of expected addresses where moves cannot be read. */
  comparesBalances: boolean
}>

/** After which block to look, for whom, and how far. */
export type ScanRequest = Readonly<{ from: BlockRef; watch: Watch; blocksMax: number }>

const TRIES_MAX = 4

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash, and
 * logs, receipts and traces of exactly these. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node throws
 */
export async function scanNode(view: NodeView, request: ScanRequest): Promise<Scan> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await scanOnce(view, request)
    } catch (error) {
      if (!isError(error, 'chain.node_unsettled') || attempt === TRIES_MAX) throw error
    }
  }
}

/** The header at a height; undefined above the node's tip. */
export const headerAt = async (
  node: EvmNode,
  height: number | 'latest' | 'safe' | 'finalized',
): Promise<BlockRef | undefined> => {
  const place = typeof height === 'number' ? `0x${height.toString(16)}` : height
  const header = await node.ask('eth_getBlockByNumber', [place, false], Header.nullable())
  return header === null ? undefined : { height: header.number, hash: header.hash }
}

async function scanOnce(view: NodeView, request: ScanRequest): Promise<Scan> {
  const { node, assets } = view
  const { from, watch } = request
  const blocks = await readBlocks(node, from, request.blocksMax)
  if (blocks === 'forked') return { kind: 'forked' }
  const last = blocks.at(-1)
  if (last === undefined) return { kind: 'blocks', blocks: [], transfers: [] }
  const [logs, moves] = await Promise.all([view.readLogs(blocks), view.readMoves(blocks)])
  const readReceipt = createReceiptReader(node)
  const transfers: ChainTransfer[] = []
  for (const block of blocks) {
    const seen = moves?.get(block.hash) ?? new Map()
    const sighting = { block, logs: logs.get(block.hash) ?? [], moves: seen }
    const arrived = await arrivals(sighting, { view, watch, readReceipt })
    transfers.push(...(await delivered(view, arrived, sighting.logs)))
  }
  if (moves === undefined && view.comparesBalances) {
    const look = { node, assets, readReceipt }
    const addresses = await watch.expecting()
    transfers.push(...(await unexplainedTransfers(look, { from, blocks }, addresses)))
  }
  // What was asked by height is true for these blocks if the last one is still there.
  if ((await headerAt(node, last.number))?.hash !== last.hash) throw unsettled(node)
  return {
    kind: 'blocks',
    blocks: blocks.map(({ number, hash }) => ({ height: number, hash })),
    transfers: transfers.sort((a, b) => (a.block?.height ?? 0) - (b.block?.height ?? 0)),
  }
}

/**
 * The blocks after one, each the parent of the next.
 *
 * @throws chain.node_behind when the node does not reach up to it: a node that lags behind must not
 * look like a fork. A chain that really became shorter shows its fork once it has grown again.
 */
async function readBlocks(
  node: EvmNode,
  from: BlockRef,
  blocksMax: number,
): Promise<readonly Block[] | 'forked'> {
  const latest = await node.ask('eth_blockNumber', [], Height)
  const cursor = await headerAt(node, from.height)
  if (cursor === undefined) {
    const facts = { chain: node.chain, node: node.name, height: from.height }
    throw new AppError('chain.node_behind', facts)
  }
  if (cursor.hash !== from.hash) return 'forked'
  const count = Math.max(0, Math.min(latest - from.height, blocksMax))
  const heights = Array.from({ length: count }, (_, index) => from.height + 1 + index)
  const answers = await inParallel(heights, (height) =>
    node.ask('eth_getBlockByNumber', [`0x${height.toString(16)}`, true], Block.nullable()),
  )
  const end = answers.indexOf(null)
  const blocks = answers.slice(0, end === -1 ? answers.length : end).filter((each) => each !== null)
  const parents = [from.hash, ...blocks.map((block) => block.hash)]
  const follow = blocks.every(
    (block, index) => block.number === heights[index] && block.parentHash === parents[index],
  )
  if (!follow) throw unsettled(node)
  return blocks
}

type Seeing = Readonly<{ view: NodeView; watch: Watch; readReceipt: ReadReceipt }>

async function arrivals(
  sighting: Sighting,
  { view, watch, readReceipt }: Seeing,
): Promise<readonly ChainTransfer[]> {
  const mine = await pickMine(watch, recipients(sighting))
  if (mine.size === 0) return []
  const receipts = await inParallel(touching(sighting, mine), async ({ hash }) => {
    return [hash, await readReceipt(sighting.block, hash)] as const
  })
  return transfersOf(sighting, { mine, receipts: new Map(receipts) }, view.assets)
}

/** Which of these are ours, asked in the canonical form. @param addresses in lower case */
export async function pickMine(watch: Watch, addresses: ReadonlySet<string>): Promise<Mine> {
  if (addresses.size === 0) return new Map()
  const canonical = Array.from(addresses, (address) => [address, checksummed(address)] as const)
  const ours = await watch.ours(canonical.map(([, address]) => address))
  return new Map(canonical.filter(([, address]) => ours.has(address)))
}

const unsettled = (node: EvmNode): AppError =>
  new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
