import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import { Trace, type Block } from './answers.ts'
import { inParallel } from './concurrent.ts'
import { movesOf, type InternalMove } from './internal-moves.ts'
import type { EvmNode } from './node.client.ts'

/** What contracts moved in one block, by transaction hash. */
export type BlockMoves = ReadonlyMap<string, readonly InternalMove[]>

/** Reads what contracts moved, by block hash; undefined where the node cannot trace. */
export type ReadMoves = (
  blocks: readonly Block[],
) => Promise<ReadonlyMap<string, BlockMoves> | undefined>

/** A call of a contract costs more gas than this, a plain payment exactly this. */
const PLAIN_PAYMENT_GAS = 21_000n

/**
 * Makes the reader of one node. Blocks are asked by hash: what is traced is the block we scan.
 *
 * @param required throws what the node refuses; otherwise a node that does not know the method is
 * remembered as one that cannot trace
 */
export function createMovesReader(node: EvmNode, required: boolean): ReadMoves {
  let traces = true

  const readBlock = async (block: Block): Promise<readonly [string, BlockMoves]> => {
    if (!block.transactions.some((tx) => tx.gas > PLAIN_PAYMENT_GAS)) return [block.hash, new Map()]
    const answer = await node.ask(
      'debug_traceBlockByHash',
      [block.hash, { tracer: 'callTracer' }],
      z.array(Trace),
    )
    return [block.hash, blockMoves(node, block, answer)]
  }

  return async (blocks) => {
    if (!traces) return undefined
    try {
      return new Map(await inParallel(blocks, readBlock))
    } catch (error) {
      if (required || !isUnknownMethod(error)) throw error
      traces = false
      return undefined
    }
  }
}

/** @throws chain.answer_unusable */
function blockMoves(
  node: EvmNode,
  block: Block,
  traces: readonly z.infer<typeof Trace>[],
): BlockMoves {
  const moves = new Map<string, readonly InternalMove[]>()
  const unusable = (problem: string): AppError =>
    new AppError('chain.answer_unusable', {
      chain: node.chain,
      node: node.name,
      method: 'debug_traceBlockByHash',
      problem,
    })
  if (traces.length !== block.transactions.length) throw unusable('another number of transactions')
  for (const [position, { hash }] of block.transactions.entries()) {
    const trace = traces[position]
    const read = movesOf(trace?.result)
    // Older nodes name no transaction: then the order alone counts.
    if (read === undefined || (trace?.txHash ?? hash) !== hash) throw unusable(`trace of ${hash}`)
    if (read.length > 0) moves.set(hash, read)
  }
  return moves
}

/** Nodes word it differently: "Method not found", "the method … does not exist/is not available". */
const isUnknownMethod = (error: unknown): boolean =>
  isError(error, 'chain.node_refused') &&
  /^-32601|method.*(not found|not available|not supported|not exist|disabled)|unsupported method/i.test(
    error.context.problem,
  )
