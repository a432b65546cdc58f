import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { BlockRef, Tips } from '../contract.ts'
import { Block, Header, Place } from './answers.ts'
import { unsettled, type SolanaNode } from './node.client.ts'

/** Blocks are looked at once most of the stake has voted for them. */
export const CONFIRMED = 'confirmed'

/** A slot without a block, or one that the node does not have: it says the same of both. */
const NO_BLOCK: readonly number[] = [-32_007, -32_009]
/** A slot above the newest block. */
const NOT_YET = -32_004

const bare = { commitment: CONFIRMED, transactionDetails: 'none', rewards: false }

/** The slots that have blocks, from one on: at most `count` of them. */
export const slotsFrom = (
  node: SolanaNode,
  slot: number,
  count: number,
): Promise<readonly number[]> =>
  node.ask('getBlocksWithLimit', [slot, count, { commitment: CONFIRMED }], z.array(Place))

/** With the accounts and balances of each transaction, and without what it called. */
const withAccounts = {
  commitment: CONFIRMED,
  encoding: 'json',
  transactionDetails: 'accounts',
  rewards: false,
  maxSupportedTransactionVersion: 0,
}

/** The block at a slot that has one, with its transactions. @throws chain.node_unsettled */
export async function wholeBlock(node: SolanaNode, slot: number): Promise<Block> {
  const block = await node.ask('getBlock', [slot, withAccounts], Block.nullable())
  if (block === null) throw unsettled(node)
  return block
}

/** The newest slot at a commitment. */
export const slotAt = (node: SolanaNode, commitment: string): Promise<number> =>
  node.ask('getSlot', [{ commitment }], Place)

/** What stands above the transactions of the block at a slot; undefined when it tells none. */
export async function headerAt(
  node: SolanaNode,
  slot: number,
): Promise<z.infer<typeof Header> | undefined> {
  const outcome = await node.attempt('getBlock', [slot, bare], Header.nullable())
  if (outcome.kind === 'result') return outcome.value ?? undefined
  const { code, message } = outcome
  if (NO_BLOCK.includes(code) || code === NOT_YET) return undefined
  const problem = `${code}: ${message}`
  const facts = { chain: node.chain, node: node.name, method: 'getBlock', problem }
  throw new AppError('chain.node_refused', facts)
}

/**
 * The block at a slot. That there is none is believed where the chain itself shows it: by a later
 * block whose parent is older than the slot, or by the slot being above the newest block.
 *
 * @throws chain.node_refused when the node lacks a block that the chain has
 */
export async function blockAt(node: SolanaNode, slot: number): Promise<BlockRef | undefined> {
  const header = await headerAt(node, slot)
  if (header !== undefined) return { height: slot, hash: header.blockhash }
  const [next] = await slotsFrom(node, slot, 1)
  if (next === undefined) {
    if (slot > (await slotAt(node, CONFIRMED))) return undefined
    throw unsettled(node)
  }
  const above = next === slot ? undefined : await headerAt(node, next)
  if (above === undefined) throw unsettled(node)
  if (above.parentSlot < slot) return undefined
  const problem = `it lacks the block at slot ${slot}`
  const facts = { chain: node.chain, node: node.name, method: 'getBlock', problem }
  throw new AppError('chain.node_refused', facts)
}

/**
 * Where a node is. Solana knows two levels only: a block that most of the stake voted for, and one
 * that cannot be left any more. What is safe is therefore what is final.
 */
export async function tipsAt(node: SolanaNode): Promise<Tips> {
  const finalHeight = await slotAt(node, 'finalized')
  const slot = await slotAt(node, CONFIRMED)
  const latest = await blockAt(node, slot)
  if (latest === undefined) throw unsettled(node)
  const height = Math.min(finalHeight, slot)
  return { latest, safeHeight: height, finalHeight: height }
}
