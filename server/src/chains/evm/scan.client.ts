import { isError } from '../../errors/app-error.ts'
import type { BlockRef, ChainTransfer, Scan, Watch } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import { checksummed } from './address.ts'
import { Block, Header, Height } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { recipients, touching, transfersOf, type Mine, type Sighting } from './block-transfers.ts'
import { inParallel } from '../node/concurrent.ts'
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

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash, and
 * logs, receipts and traces of exactly these. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(view: NodeView, request: ScanRequest): Promise<Scan> {
  return untilSettled(() => scanOnce(view, request))
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

async function scanOnce(view: NodeView, { from, watch, blocksMax }: ScanRequest): Promise<Scan> {
  const { node } = view
  const blocks = await readBlocks(node, from, blocksMax)
  if (blocks === 'forked') return { kind: 'forked' }
  const last = blocks.at(-1)
  if (last === undefined) return { kind: 'blocks', blocks: [], transfers: [] }
  const transfers = await readTransfers(view, watch, blocks).catch(async (error: unknown) => {
    // A node refuses what a fork has taken away: then the fork is the reason.
    if (isError(error, 'chain.node_refused')) await mustBeThere(node, last)
    throw error
  })
  // What was asked by height is true for these blocks if the last one is still there.
  await mustBeThere(node, last)
  return {
    kind: 'blocks',
    blocks: blocks.map(({ number, hash }) => ({ height: number, hash })),
    transfers: transfers.toSorted((a, b) => (a.block?.height ?? 0) - (b.block?.height ?? 0)),
  }
}

async function readTransfers(
  view: NodeView,
  watch: Watch,
  blocks: readonly Block[],
): Promise<readonly ChainTransfer[]> {
  const [logs, moves] = await Promise.all([view.readLogs(blocks), view.readMoves(blocks)])
  const readReceipt = createReceiptReader(view.node)
  const transfers: (readonly ChainTransfer[])[] = []
  for (const block of blocks) {
    const seen = moves.get(block.hash) ?? new Map()
    const sighting = { block, logs: logs.get(block.hash) ?? [], moves: seen }
    const arrived = await arrivals(sighting, { view, watch, readReceipt })
    transfers.push(await delivered(view, arrived, sighting.logs))
  }
  if (view.comparesBalances && moves.size < blocks.length) {
    const untraced = blocks.filter((block) => !moves.has(block.hash))
    const addresses = await watch.expecting()
    // All of them at once where nothing is traced; one by one where they are exceptions.
    for (const run of moves.size === 0 ? [blocks] : untraced.map((block) => [block])) {
      transfers.push(await unexplainedTransfers({ ...view, readReceipt }, run, addresses))
    }
  }
  return transfers.flat()
}

/** @throws chain.node_unsettled when the chain has another block at that height, or none */
async function mustBeThere(node: EvmNode, block: Block): Promise<void> {
  if ((await headerAt(node, block.number))?.hash !== block.hash) throw unsettled(node)
}

/** The blocks after one, each the parent of the next. @throws chain.node_behind */
async function readBlocks(
  node: EvmNode,
  from: BlockRef,
  blocksMax: number,
): Promise<readonly Block[] | 'forked'> {
  const latest = await node.ask('eth_blockNumber', [], Height)
  const cursor = await headerAt(node, from.height)
  if (cursor === undefined) return aboveTip(node, from)
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

/**
 * A node that does not reach up to the cursor lags behind: it must not look like a fork, which
 * would
 * take back what is final. A chain that really became shorter shows its fork once it has grown
 * again.
 *
 * @returns only for a cursor that contradicts itself: its hash is that of another height
 */
async function aboveTip(node: EvmNode, from: BlockRef): Promise<'forked'> {
  const known = await node.ask('eth_getBlockByHash', [from.hash, false], Header.nullable())
  if (known !== null && known.number !== from.height) return 'forked'
  throw behind(node, from)
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
