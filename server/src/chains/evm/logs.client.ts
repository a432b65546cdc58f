import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import { Log, type Block } from './answers.ts'
import { bloomBits, bloomMayHold } from './bloom.ts'
import { inParallel } from '../node/concurrent.ts'
import { isTransferLog, TRANSFER_TOPIC } from './erc20.ts'
import type { EvmNode } from './node.client.ts'

/** Reads the Transfer logs of our tokens, by block hash; blocks without any have no member. */
export type ReadLogs = (blocks: readonly Block[]) => Promise<ReadonlyMap<string, readonly Log[]>>

const RANGE_BLOCKS_MAX = 1000

/**
 * Makes the reader of one node. Providers cap what one question may span, each differently and some
 * by the number of logs: the range shrinks to half when a question is refused, and grows slowly
 * from one pass to the next.
 *
 * A range is asked by heights, so its answer can be short without saying so: from a server behind
 * the same address that has not got the last block yet. Each header's filter tells whether a block
 * may hold such a log; one that may and came without is asked again by its hash, which cannot lie.
 *
 * @param contracts token contracts in lower case
 */
export function createLogReader(node: EvmNode, contracts: readonly string[]): ReadLogs {
  let rangeBlocks = RANGE_BLOCKS_MAX
  const contractBits = contracts.map(bloomBits)
  const topicBits = bloomBits(TRANSFER_TOPIC)
  const filter = { address: contracts, topics: [TRANSFER_TOPIC] }

  const mayHold = (block: Block): boolean =>
    bloomMayHold(block.logsBloom, topicBits) &&
    contractBits.some((bits) => bloomMayHold(block.logsBloom, bits))

  const askHash = (block: Block): Promise<readonly Log[]> =>
    node.ask('eth_getLogs', [{ ...filter, blockHash: block.hash }], z.array(Log))

  const askRange = (from: number, to: number): Promise<readonly Log[]> => {
    const range = { fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` }
    return node.ask('eth_getLogs', [{ ...filter, ...range }], z.array(Log))
  }

  async function askAll(from: number, to: number): Promise<readonly Log[]> {
    const parts: (readonly Log[])[] = []
    let next = from
    let refused = false
    // Ends: each turn either goes on by a block or more, or halves a range of more than one block.
    while (next <= to) {
      const end = Math.min(to, next + rangeBlocks - 1)
      try {
        parts.push(await askRange(next, end))
        next = end + 1
      } catch (error) {
        refused = true
        rangeBlocks = Math.max(1, Math.floor((end - next + 1) / 2))
        if (end === next || !mayBeTooWide(error)) throw error
      }
    }
    // Grown within one pass, it would run into the same cap again and again.
    if (!refused) rangeBlocks = Math.min(RANGE_BLOCKS_MAX, rangeBlocks + Math.ceil(rangeBlocks / 8))
    return parts.flat()
  }

  return async (blocks) => {
    const [first, last] = [blocks[0], blocks.at(-1)]
    if (contracts.length === 0 || first === undefined || last === undefined) return new Map()
    const found = byBlock(node, blocks, await askAll(first.number, last.number))
    const doubtful = blocks.filter((block) => !found.has(block.hash) && mayHold(block))
    await inParallel(doubtful, async (block) => {
      for (const [hash, logs] of byBlock(node, [block], await askHash(block))) found.set(hash, logs)
    })
    return found
  }
}

/** A refusal or a broken answer may be due to its size; silence may be too, but asking goes on later. */
const mayBeTooWide = (error: unknown): boolean =>
  isError(error, 'chain.node_refused') || isError(error, 'chain.answer_unusable')

/** @throws chain.node_unsettled when a log is of a block that is not among these */
function byBlock(
  node: EvmNode,
  blocks: readonly Block[],
  logs: readonly Log[],
): Map<string, readonly Log[]> {
  const hashes = new Set(blocks.map((block) => block.hash))
  if (!logs.every((log) => hashes.has(log.blockHash))) {
    throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
  }
  return Map.groupBy(logs.filter(isTransferLog), (log) => log.blockHash)
}
