import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'

/** Whether this is a node's failure, so that another node may do better. */
export const isNodeFailure = (error: unknown): boolean =>
  isError(error, 'chain.unreachable') ||
  isError(error, 'chain.node_refused') ||
  isError(error, 'chain.answer_unusable') ||
  isError(error, 'chain.node_behind') ||
  isError(error, 'chain.node_unsettled') ||
  isError(error, 'chain.wrong_network')

/**
 * Does a piece of work on the first node that can do the whole of it, in the given order. A piece
 * is never begun on one node and ended on another: two nodes may be at different blocks.
 *
 * @throws the failure itself when there is one node; chain.unreachable with all of them as its
 * cause when there are several
 */
export async function onFirstAble<Node, Result>(
  chain: ChainId,
  nodes: readonly Node[],
  work: (node: Node) => Promise<Result>,
): Promise<Result> {
  const failures: unknown[] = []
  for (const node of nodes) {
    try {
      return await work(node)
    } catch (error) {
      if (!isNodeFailure(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length === 1) throw failures[0]
  throw new AppError('chain.unreachable', { chain }, { cause: new AggregateError(failures) })
}
