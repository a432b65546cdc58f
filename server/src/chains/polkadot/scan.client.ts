import { units, type AssetId } from '../../money/units.ts'
import type { BlockRef, ChainTransfer, Scan, Tips, Watch } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import { hashOf } from './codec.ts'
import { moveOfCall, movesOf, type Move } from './moves.ts'
import type { Header, PolkadotNode } from './node.client.ts'

const refOf = ({ height, hash }: Header): BlockRef => ({ height, hash })

/** Where a node is: what it calls finalized is safe and final. */
export async function tipsAt(node: PolkadotNode): Promise<Tips> {
  const finalized = await node.headerOf(await node.finalizedHead())
  const best = await node.headerOf()
  if (best === undefined || finalized === undefined) throw unsettled(node)
  const finalHeight = Math.min(finalized.height, best.height)
  return { latest: refOf(best), safeHeight: finalHeight, finalHeight }
}

/** The block of the best chain at a height; undefined above the tip. */
export async function blockAt(node: PolkadotNode, height: number): Promise<BlockRef | undefined> {
  const hash = await node.hashAt(height)
  return hash === undefined ? undefined : { height, hash }
}

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash, and
 * the events of exactly these. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(node: PolkadotNode, asset: AssetId, request: ScanRequest): Promise<Scan> {
  return untilSettled(() => scanOnce(node, asset, request))
}

async function scanOnce(node: PolkadotNode, asset: AssetId, request: ScanRequest): Promise<Scan> {
  const { from, watch, blocksMax } = request
  const best = await node.headerOf()
  if (best === undefined) throw unsettled(node)
  const cursor = await node.hashAt(from.height)
  if (cursor === undefined) return aboveTip(node, from)
  if (cursor !== from.hash) return { kind: 'forked' }
  const blocks: BlockRef[] = []
  const transfers: ChainTransfer[] = []
  const count = Math.max(0, Math.min(best.height - from.height, blocksMax))
  for (let parent = from; blocks.length < count; parent = blocks.at(-1) ?? from) {
    const hash = await node.hashAt(parent.height + 1)
    const header = hash === undefined ? undefined : await node.headerOf(hash)
    if (header?.parentHash !== parent.hash) throw unsettled(node)
    transfers.push(...(await transfersIn(node, header, { watch, asset })))
    blocks.push(refOf(header))
  }
  return { kind: 'blocks', blocks, transfers }
}

/**
 * A node that does not reach up to the cursor lags behind: it must not look like a fork, which
 * would take back what is final.
 *
 * @returns only for a cursor that contradicts itself: its hash is that of another height
 */
async function aboveTip(node: PolkadotNode, from: BlockRef): Promise<Scan> {
  const known = await node.headerOf(from.hash)
  if (known !== undefined && known.height !== from.height) return { kind: 'forked' }
  throw behind(node, from)
}

type Looking = Readonly<{ watch: Watch; asset: AssetId }>

async function transfersIn(
  node: PolkadotNode,
  header: Header,
  { watch, asset }: Looking,
): Promise<readonly ChainTransfer[]> {
  const events = await node.eventsOf(header)
  const all = node.readBy('state_getStorage', () => movesOf(events))
  const moves = await pickMine(watch, all)
  if (moves.length === 0) return []
  // Events name an extrinsic by its place; its hash is made of its bytes.
  const extrinsics = await node.extrinsicsOf(header.hash)
  return moves.map(({ extrinsic, amount, ...move }) => {
    const hex = extrinsic === undefined ? undefined : extrinsics[extrinsic]
    if (extrinsic !== undefined && hex === undefined) throw unsettled(node)
    const txHash = hex === undefined ? header.hash : hashOf(Buffer.from(hex.slice(2), 'hex'))
    return { ...move, txHash, asset, units: units(amount), block: refOf(header) }
  })
}

/** Plain transfers to our addresses that wait in a node's pool. */
export async function pendingTransfers(
  node: PolkadotNode,
  asset: AssetId,
  watch: Watch,
): Promise<readonly ChainTransfer[]> {
  const waiting = await node.pool()
  if (waiting.length === 0) return []
  const runtime = await node.runtimeAfter()
  const moves = waiting.flatMap((hex) => {
    const call = node.readBy('author_pendingExtrinsics', () => runtime.readExtrinsic(hex))
    const move = call && moveOfCall(call)
    return move ? [{ ...move, txHash: hashOf(Buffer.from(hex.slice(2), 'hex')) }] : []
  })
  return (await pickMine(watch, moves)).map(({ extrinsic: _, amount, ...move }) => ({
    ...move,
    asset,
    units: units(amount),
    block: undefined,
  }))
}

async function pickMine<Some extends Move>(
  watch: Watch,
  moves: readonly Some[],
): Promise<readonly Some[]> {
  if (moves.length === 0) return []
  const ours = await watch.ours([...new Set(moves.map((move) => move.to))])
  return moves.filter((move) => ours.has(move.to))
}
