import { knownNetwork } from '../../money/registry.ts'
import type { BlockRef, ChainTransfer, Scan, Watch } from '../contract.ts'
import { behind, unsettled, untilSettled, type ScanRequest } from '../node/settled.ts'
import { inParallel } from '../node/concurrent.ts'
import { BlockTxids, Header } from './answers.ts'
import { blockOf, hashAt, tipOf, transactionOf } from './blocks.client.ts'
import { NOT_FOUND, refusedBy, type BitcoinNode } from './node.client.ts'
import { addressOfScript } from './script.ts'
import { NO_TXID, type BitcoinTx } from './transaction.ts'

/**
 * Coins that a block made out of nothing can be spent in the hundredth block after it; until then
 * a fork would not move them to another block, but destroy them.
 */
export const MATURITY = 100

/**
 * Looks at the blocks after one, as one consistent view: blocks that follow each other by hash,
 * each whole and checked against it. When the chain changes meanwhile, all is read again.
 *
 * @throws chain.node_unsettled when it changed each time; chain.node_behind and what the node
 * throws
 */
export function scanNode(node: BitcoinNode, request: ScanRequest): Promise<Scan> {
  return untilSettled(() => scanOnce(node, request))
}

async function scanOnce(node: BitcoinNode, request: ScanRequest): Promise<Scan> {
  const { from, watch, blocksMax } = request
  const latest = await tipOf(node)
  const cursor = await hashAt(node, from.height)
  if (cursor === undefined) return aboveTip(node, from)
  if (cursor !== from.hash) return { kind: 'forked' }
  const count = Math.max(0, Math.min(latest.height - from.height, blocksMax))
  const heights = Array.from({ length: count }, (_, index) => from.height + 1 + index)
  const found = await inParallel(heights, (height) => lookAt(node, height, watch))
  const parents = [from.hash, ...found.map(({ block }) => block.hash)]
  if (!found.every(({ parent }, index) => parent === parents[index])) throw unsettled(node)
  // What was asked by height is true for these blocks if the last one is still there.
  const last = found.at(-1)?.block
  if (last !== undefined && (await hashAt(node, last.height)) !== last.hash) throw unsettled(node)
  return {
    kind: 'blocks',
    blocks: found.map(({ block }) => block),
    transfers: found.flatMap((one) => one.transfers),
  }
}

/**
 * A node that does not reach up to the cursor lags behind: it must not look like a fork, which
 * would take back what is final. A chain that really became shorter shows its fork once it has
 * grown again.
 *
 * @returns only for a cursor that contradicts itself: its hash is that of another height
 */
async function aboveTip(node: BitcoinNode, from: BlockRef): Promise<Scan> {
  const answer = await node.attempt('getblockheader', [from.hash, true], Header)
  if (answer.kind === 'result' && answer.value.height !== from.height) return { kind: 'forked' }
  if (answer.kind === 'refused' && answer.code !== NOT_FOUND) {
    throw refusedBy(node, 'getblockheader', answer)
  }
  throw behind(node, from)
}

/** A block, and what in it is ours and can be spent from now on. */
type Found = Readonly<{
  block: BlockRef
  parent: string
  transfers: readonly ChainTransfer[]
}>

/** Asks at once what of a block is ours, and keeps nothing else of it: blocks have many outputs. */
async function lookAt(node: BitcoinNode, height: number, watch: Watch): Promise<Found> {
  const hash = await hashAt(node, height)
  if (hash === undefined) throw unsettled(node)
  const { parent, transactions } = await blockOf(node, hash)
  const ripe = await ripeAt(node, height)
  const paying = [...(ripe === undefined ? [] : [ripe]), ...transactions.filter(movesCoins)]
  const arrivals = paying.flatMap((one) => arrivalsOf(node, one))
  const met = new Set(arrivals.map((one) => one.to))
  const ours = met.size === 0 ? met : await watch.ours([...met])
  const block = { height, hash }
  const transfers = arrivals.filter((one) => ours.has(one.to)).map((one) => ({ ...one, block }))
  return { block, parent, transfers }
}

const movesCoins = ({ inputs: [first] }: BitcoinTx): boolean => first?.txid !== NO_TXID

/**
 * The transaction by which the block that is now old enough made coins. These arrive here: resting
 * on this block, they are taken back when it goes, and found again in the one in its place.
 */
async function ripeAt(node: BitcoinNode, height: number): Promise<BitcoinTx | undefined> {
  const birth = height + 1 - MATURITY
  if (birth < 1) return undefined
  const hash = await hashAt(node, birth)
  if (hash === undefined) throw unsettled(node)
  const { tx } = await node.ask('getblock', [hash, 1], BlockTxids)
  const [coinbase] = tx
  const found = await transactionOf(node, coinbase, hash)
  if (found === undefined) throw unsettled(node)
  return found
}

/** What a transaction pays to addresses: outputs of nothing or without address are left out. */
export function arrivalsOf(
  { chain, network }: Pick<BitcoinNode, 'chain' | 'network'>,
  { txid, outputs }: Pick<BitcoinTx, 'txid' | 'outputs'>,
): readonly ChainTransfer[] {
  const { native: asset } = knownNetwork(chain)
  return outputs.flatMap(({ script, units }, index) => {
    const to = units > 0n ? addressOfScript(script, network) : undefined
    if (to === undefined) return []
    const place = { txHash: txid, index: `output:${index}`, block: undefined }
    return [{ ...place, from: undefined, to, asset, units }]
  })
}
