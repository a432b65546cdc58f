import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { Health } from './health.ts'

/** Whether this is a node's failure, so that another node may do better. */
export const isNodeFailure = (error: unknown): boolean =>
  isError(error, 'chain.unreachable') ||
  isError(error, 'chain.node_refused') ||
  isError(error, 'chain.answer_unusable') ||
  isError(error, 'chain.node_behind') ||
  isError(error, 'chain.node_unsettled') ||
  isError(error, 'chain.wrong_network')

/** Several nodes of one chain, with what is known of their health. */
export type NodeGroup<Node> = Readonly<{
  chain: ChainId
  nodes: readonly Node[]
  health: Health
}>

/**
 * Does a piece of work on the first node that can do the whole of it, the healthy ones first. A
 * piece is never begun on one node and ended on another: two nodes may be at different blocks.
 *
 * @throws the failure itself when there is one node; chain.unreachable with all of them as its
 * cause when there are several
 */
export async function onFirstAble<Node, Result>(
  { chain, nodes, health }: NodeGroup<Node>,
  work: (node: Node) => Promise<Result>,
): Promise<Result> {
  const failures: unknown[] = []
  for (const place of health.order()) {
    const node = nodes[place]
    if (node === undefined) continue
    try {
      const result = await work(node)
      health.succeeded(place)
      return result
    } catch (error) {
      if (!isNodeFailure(error)) throw error
      health.failed(place)
      failures.push(error)
    }
  }
  if (failures.length === 1) throw failures[0]
  throw new AppError('chain.unreachable', { chain }, { cause: new AggregateError(failures) })
}

/** What one node said to a piece of work, or why it said nothing. */
export type NodeOutcome<Result> =
  Readonly<{ kind: 'answered'; result: Result }> | Readonly<{ kind: 'failed'; error: unknown }>

/** Does a piece of work on every node at once; their failures are outcomes. */
export async function onEvery<Node, Result>(
  { nodes, health }: NodeGroup<Node>,
  work: (node: Node) => Promise<Result>,
): Promise<readonly NodeOutcome<Result>[]> {
  return Promise.all(
    nodes.map(async (node, place): Promise<NodeOutcome<Result>> => {
      try {
        const result = await work(node)
        health.succeeded(place)
        return { kind: 'answered', result }
      } catch (error) {
        if (!isNodeFailure(error)) throw error
        health.failed(place)
        return { kind: 'failed', error }
      }
    }),
  )
}
