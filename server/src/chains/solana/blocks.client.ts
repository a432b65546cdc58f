import { unsettled } from '../node/settled.ts'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { BlockRef, Tips } from '../contract.ts'
import { Block, Header, Place } from './answers.ts'
import type { SolanaNode } from './node.client.ts'

/** Blocks are looked at once most of the stake has voted for them. */
export const CONFIRMED = 'confirmed'

/** A slot without a block, or one that the node does not have: it says the same of both. */
const NO_BLOCK: readonly number[] = [-32_007, -32_009]
/** A slot above the newest block. */
const NOT_YET = -32_004

/** How far back the newest block is looked for: in slots, most of which have a block. */
const SLOTS_BACK = 32
const BLOCKS_BACK = 4

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

/**
 * The block at a slot that has one, with its transactions; undefined while the node still writes
 * it down, as it does with the newest ones.
 */
export const wholeBlock = (node: SolanaNode, slot: number): Promise<Block | undefined> =>
  blockOf(node, [slot, withAccounts], Block)

/** The newest slot at a commitment. */
export const slotAt = (node: SolanaNode, commitment: string): Promise<number> =>
  node.ask('getSlot', [{ commitment }], Place)

/** What stands above the transactions of the block at a slot; undefined when it tells none. */
const headerOf = (node: SolanaNode, slot: number): Promise<z.infer<typeof Header> | undefined> =>
  blockOf(node, [slot, bare], Header)

/** @throws chain.node_refused unless it says that it has no such block, or not yet */
async function blockOf<Read>(
  node: SolanaNode,
  parameters: readonly unknown[],
  schema: z.ZodType<Read>,
): Promise<Read | undefined> {
  const outcome = await node.attempt('getBlock', parameters, schema.nullable())
  if (outcome.kind === 'result') return outcome.value ?? undefined
  const { code, message } = outcome
  if (NO_BLOCK.includes(code) || code === NOT_YET) return undefined
  const problem = `${code}: ${message}`
  const facts = { chain: node.chain, node: node.name, method: 'getBlock', problem }
  throw new AppError('chain.node_refused', facts)
}

/** The block at a slot, when the node tells one. */
export async function toldAt(node: SolanaNode, slot: number): Promise<BlockRef | undefined> {
  const header = await headerOf(node, slot)
  return header === undefined ? undefined : { height: slot, hash: header.blockhash }
}

/** The newest block that the node can tell: it knows slots a little before it has their blocks. */
export async function newestBlock(node: SolanaNode): Promise<BlockRef> {
  const slot = await slotAt(node, CONFIRMED)
  const slots = await slotsFrom(node, Math.max(0, slot - SLOTS_BACK), SLOTS_BACK + 1)
  for (const one of slots.toReversed().slice(0, BLOCKS_BACK)) {
    const told = await toldAt(node, one)
    if (told !== undefined) return told
  }
  throw unsettled(node)
}

/**
 * The block at a slot. That there is none is believed where the chain itself shows it: by a later
 * block whose parent is older than the slot, or by the slot being above the newest block.
 *
 * @throws chain.node_refused when the node lacks a block that the chain has
 */
export async function blockAt(node: SolanaNode, slot: number): Promise<BlockRef | undefined> {
  const told = await toldAt(node, slot)
  if (told !== undefined) return told
  const [next] = await slotsFrom(node, slot, 1)
  if (next === undefined) {
    if (slot > (await slotAt(node, CONFIRMED))) return undefined
    throw unsettled(node)
  }
  const above = next === slot ? undefined : await headerOf(node, next)
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
  const latest = await newestBlock(node)
  const height = Math.min(finalHeight, latest.height)
  return { latest, safeHeight: height, finalHeight: height }
}
