import type { BlockRef, ChainTransfer, Scan } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import { inParallel } from '../node/concurrent.ts'
import type { Block } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { arrivalsIn } from './block-transfers.ts'
import { newestBlock, slotsFrom, wholeBlock } from './blocks.client.ts'
import type { SolanaNode } from './node.client.ts'

type Placed = Readonly<{ slot: number; block: Block }>

/**
 * Looks at the blocks after one: those whose parents lead back to it, slot by slot, where slots
 * without a block are passed over. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(
  node: SolanaNode,
  assets: AssetTable,
  request: ScanRequest,
): Promise<Scan> {
  return untilSettled(() => scanOnce(node, assets, request))
}

async function scanOnce(
  node: SolanaNode,
  assets: AssetTable,
  { from, watch, blocksMax }: ScanRequest,
): Promise<Scan> {
  const slots = await slotsFrom(node, from.height + 1, blocksMax)
  if (slots.length === 0) return atTip(node, from)
  const told = await inParallel(slots, async (slot) => ({
    slot,
    block: await wholeBlock(node, slot),
  }))
  const end = told.findIndex((one) => one.block === undefined)
  const placed = told
    .slice(0, end === -1 ? told.length : end)
    .flatMap(({ slot, block }): readonly Placed[] => (block === undefined ? [] : [{ slot, block }]))
  if (placed.length === 0) throw unsettled(node)
  if (isForked(node, from, placed)) return { kind: 'forked' }
  const transfers: ChainTransfer[] = []
  for (const { slot, block } of placed) {
    const ref = { height: slot, hash: block.blockhash }
    const found = arrivalsIn(ref, block.transactions, assets)
    const ours = await watch.ours([...new Set(found.map((one) => one.to))])
    transfers.push(...found.filter((one) => ours.has(one.to)))
  }
  const blocks = placed.map(({ slot, block }) => ({ height: slot, hash: block.blockhash }))
  return { kind: 'blocks', blocks, transfers }
}

/**
 * Whether these blocks show that the chain left the cursor: the first of them follows another
 * block in its slot, or an older one.
 *
 * @throws chain.node_unsettled when they do not follow each other, or a block is missing
 */
function isForked(node: SolanaNode, from: BlockRef, placed: readonly Placed[]): boolean {
  let before: BlockRef | undefined
  for (const { slot, block } of placed) {
    const parent = before ?? from
    const follows = block.parentSlot === parent.height && block.previousBlockhash === parent.hash
    if (!follows && before === undefined && block.parentSlot <= from.height) return true
    if (!follows) throw unsettled(node)
    before = { height: slot, hash: block.blockhash }
  }
  return false
}

/**
 * No block is above the cursor: it is the tip, or the tip is another block there. A node that does
 * not reach up to it lags behind, which must not look like a fork: that would take back what is
 * final. A chain that really became shorter shows its fork once it has grown again.
 */
async function atTip(node: SolanaNode, from: BlockRef): Promise<Scan> {
  const tip = await newestBlock(node)
  if (tip.height === from.height) {
    return tip.hash === from.hash
      ? { kind: 'blocks', blocks: [], transfers: [] }
      : { kind: 'forked' }
  }
  if (tip.height > from.height) throw unsettled(node)
  // The same hash cannot be that of two slots.
  if (tip.hash === from.hash) return { kind: 'forked' }
  throw behind(node, from)
}
