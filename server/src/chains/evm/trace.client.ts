import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import { Trace, type Block, type Transaction } from './answers.ts'
import { inParallel } from '../node/concurrent.ts'
import { movesOf, type InternalMove } from './internal-moves.ts'
import type { EvmNode } from './node.client.ts'

/** What contracts moved in one block, by transaction hash. */
export type BlockMoves = ReadonlyMap<string, readonly InternalMove[]>

/** Reads what contracts moved, by block hash; blocks that the node cannot trace are not in it. */
export type ReadMoves = (blocks: readonly Block[]) => Promise<ReadonlyMap<string, BlockMoves>>

/** A call of a contract costs more gas than this, a plain payment exactly this. */
const PLAIN_PAYMENT_GAS = 21_000n
const METHOD = 'debug_traceBlockByHash'

/**
 * Makes the reader of one node. Blocks are asked by hash: what is traced is the block we scan.
 *
 * @param how.contracts our tokens, in lower case: calling one moves no coins, so that a block of
 * nothing but such calls need not be traced
 * @param how.required throws where a block cannot be traced. Otherwise it is left out, and a node
 * that does not know the method at all is not asked again.
 */
export function createMovesReader(
  node: EvmNode,
  { contracts, required }: Readonly<{ contracts: readonly string[]; required: boolean }>,
): ReadMoves {
  let traces = true
  const tokens = new Set(contracts)

  const mayMove = ({ gas, to, value }: Transaction): boolean =>
    gas > PLAIN_PAYMENT_GAS && !(to && tokens.has(to) && value === 0n)

  const readBlock = async (block: Block): Promise<readonly [string, BlockMoves | undefined]> => {
    if (!block.transactions.some(mayMove)) return [block.hash, new Map()]
    const question = [block.hash, { tracer: 'callTracer' }]
    const answer = await node.ask(METHOD, question, z.array(Trace)).catch((error: unknown) => {
      // Tracing may take longer than we wait: that must not stop the chain for us.
      if (required || !isError(error, 'chain.unreachable')) throw error
    })
    if (answer === undefined) return [block.hash, undefined]
    const failure = answer.find((trace) => trace.error)?.error
    if (!failure) return [block.hash, blockMoves(node, block, answer)]
    if (!required) return [block.hash, undefined]
    const facts = { chain: node.chain, node: node.name, method: METHOD, problem: failure }
    throw new AppError('chain.node_refused', facts)
  }

  return async (blocks) => {
    if (!traces) return new Map()
    try {
      const read = await inParallel(blocks, readBlock)
      return new Map(read.flatMap(([hash, moves]) => (moves === undefined ? [] : [[hash, moves]])))
    } catch (error) {
      if (required || !isUnknownMethod(error)) throw error
      traces = false
      return new Map()
    }
  }
}

/** @throws chain.answer_unusable */
function blockMoves(node: EvmNode, block: Block, traces: readonly Trace[]): BlockMoves {
  const moves = new Map<string, readonly InternalMove[]>()
  const facts = { chain: node.chain, node: node.name, method: METHOD }
  if (traces.length !== block.transactions.length) {
    const problem = `${traces.length} traces of ${block.transactions.length} transactions`
    throw new AppError('chain.answer_unusable', { ...facts, problem })
  }
  for (const [position, { hash }] of block.transactions.entries()) {
    const trace = traces[position]
    const read = movesOf(trace?.result)
    // Older nodes name no transaction: then the order alone counts.
    if (read === undefined || (trace?.txHash ?? hash) !== hash) {
      throw new AppError('chain.answer_unusable', { ...facts, problem: `no trace of ${hash}` })
    }
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
