import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId } from '../../money/units.ts'
import type { BlockRef, ChainTransfer, Scan, Watch } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import {
  Block,
  Blocks,
  MinedTxs,
  TxEvents,
  WaitingTxs,
  type Event,
  type MinedTx,
} from './answers.ts'
import type { StacksNode } from './node.client.ts'
import { movesOf, movesOfEvents, type Move } from './moves.ts'

/** How many items the API gives at once, and how many pages of them are read at most. */
const PAGE = 50
const EVENTS_PAGE = 100
const PAGES_MAX = 400
const WAITING_PAGES_MAX = 40

const refOf = (block: Block): BlockRef => ({ height: block.height, hash: block.index_block_hash })

/** The newest block. @throws chain.node_behind when the node has none */
export async function latestBlock(node: StacksNode): Promise<BlockRef> {
  const { results } = await node.ask('extended/v2/blocks?limit=1', Blocks)
  const [latest] = results
  if (latest !== undefined) return refOf(latest)
  throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height: 0 })
}

/** The block of the best chain at a height, or with a hash; undefined when there is none. */
export async function blockAt(
  node: StacksNode,
  place: number | string,
): Promise<BlockRef | undefined> {
  const block = await findBlock(node, place)
  return block && refOf(block)
}

async function findBlock(node: StacksNode, place: number | string): Promise<Block | undefined> {
  const block = await node.find(`extended/v2/blocks/${place}`, Block)
  return block?.canonical === true ? block : undefined
}

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash, and
 * the transactions of exactly these. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(node: StacksNode, asset: AssetId, request: ScanRequest): Promise<Scan> {
  return untilSettled(() => scanOnce(node, asset, request))
}

async function scanOnce(node: StacksNode, asset: AssetId, request: ScanRequest): Promise<Scan> {
  const { from, watch, blocksMax } = request
  const latest = await latestBlock(node)
  const cursor = await blockAt(node, from.height)
  if (cursor === undefined) return aboveTip(node, from)
  if (cursor.hash !== from.hash) return { kind: 'forked' }
  const blocks: BlockRef[] = []
  const transfers: ChainTransfer[] = []
  const count = Math.max(0, Math.min(latest.height - from.height, blocksMax))
  for (let parent = from; blocks.length < count; parent = blocks.at(-1) ?? from) {
    const block = await findBlock(node, parent.height + 1)
    if (block?.parent_index_block_hash !== parent.hash) throw unsettled(node)
    const ref = refOf(block)
    const moves = await movesIn(node, block)
    transfers.push(...(await onlyOurs(moves, { watch, asset, block: ref })))
    blocks.push(ref)
  }
  return { kind: 'blocks', blocks, transfers }
}

/**
 * A node that does not reach up to the cursor lags behind: it must not look like a fork, which
 * would take back what is final.
 *
 * @returns only for a cursor that contradicts itself: its hash is that of another height
 */
async function aboveTip(node: StacksNode, from: BlockRef): Promise<Scan> {
  const known = await blockAt(node, from.hash)
  if (known !== undefined && known.height !== from.height) return { kind: 'forked' }
  throw behind(node, from)
}

async function movesIn(node: StacksNode, block: Block): Promise<readonly Move[]> {
  const at = `extended/v2/blocks/${block.index_block_hash}/transactions`
  const txs: MinedTx[] = []
  for (let page = 0; txs.length < block.tx_count; page += 1) {
    const found = await node.find(`${at}?limit=${PAGE}&offset=${txs.length}`, MinedTxs)
    // A fork took the block away, or the API has not written all of it down yet.
    if (found === undefined || found.results.length === 0) throw unsettled(node)
    if (page >= PAGES_MAX || found.results.some((tx) => !tx.canonical)) throw unsettled(node)
    txs.push(...found.results)
  }
  const moves: Move[] = []
  for (const tx of txs) moves.push(...movesOf(tx), ...(await movesByContract(node, tx)))
  return moves
}

/** What a contract moved is in the events of its call, which no list of transactions shows. */
async function movesByContract(node: StacksNode, tx: MinedTx): Promise<readonly Move[]> {
  const mayMove = tx.tx_status === 'success' && tx.token_transfer === undefined
  if (!mayMove || tx.event_count === 0) return []
  const events: Event[] = []
  for (let page = 0; events.length < tx.event_count && page < PAGES_MAX; page += 1) {
    const query = `event_limit=${EVENTS_PAGE}&event_offset=${events.length}`
    const found = await node.find(`extended/v1/tx/${tx.tx_id}?${query}`, TxEvents)
    if (found === undefined || found.events.length === 0) throw unsettled(node)
    events.push(...found.events)
  }
  return movesOfEvents(tx, events)
}

/** Plain transfers to our addresses that wait: what a contract will do nobody knows before. */
export async function pendingTransfers(
  node: StacksNode,
  asset: AssetId,
  watch: Watch,
): Promise<readonly ChainTransfer[]> {
  const moves = new Map<string, Move>()
  for (let page = 0; page < WAITING_PAGES_MAX; page += 1) {
    const query = `limit=${PAGE}&offset=${page * PAGE}`
    const { total, results } = await node.ask(`extended/v1/tx/mempool?${query}`, WaitingTxs)
    for (const tx of results) {
      // A list that moves while it is read shows some of its items twice.
      for (const move of movesOf({ ...tx, tx_status: 'success' })) moves.set(move.txHash, move)
    }
    if ((page + 1) * PAGE >= total) break
  }
  return onlyOurs([...moves.values()], { watch, asset, block: undefined })
}

async function onlyOurs(
  moves: readonly Move[],
  { watch, asset, block }: Readonly<{ watch: Watch; asset: AssetId; block: BlockRef | undefined }>,
): Promise<readonly ChainTransfer[]> {
  if (moves.length === 0) return []
  const ours = await watch.ours([...new Set(moves.map((move) => move.to))])
  return moves
    .filter((move) => ours.has(move.to))
    .map(({ amount, ...move }) => ({ ...move, asset, units: units(amount), block }))
}
