import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { NodePlace } from '../node/exchange.client.ts'
import { createJsonRpcNode, type JsonRpcNode } from '../node/json-rpc.client.ts'

/** One node of the network that is expected. */
export type SolanaNode = JsonRpcNode & Readonly<{ chain: ChainId }>

/** Where a node is, and of which network. */
export type SolanaNodeOptions = NodePlace &
  Readonly<{
    /** The first letters of the network's genesis hash: 32 of them are a CAIP-2 reference. */
    genesis: string
  }>

/**
 * Makes the client of one node. Before anything else is believed its genesis hash is asked for,
 * and again after a silence: what answers then may be another node.
 */
export function createSolanaNode(
  ctx: Pick<ShellCtx, 'clock'>,
  options: SolanaNodeOptions,
): SolanaNode {
  const { chain, genesis } = options
  const node = createJsonRpcNode(ctx, options)
  let ofOurNetwork = false
  const onOurNetwork = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      if (!ofOurNetwork) {
        const found = await node.ask('getGenesisHash', [], z.string())
        const facts = { chain, node: node.name, expected: genesis, found }
        if (!found.startsWith(genesis)) throw new AppError('chain.wrong_network', facts)
        ofOurNetwork = true
      }
      return await ask()
    } catch (error) {
      if (isError(error, 'chain.unreachable')) ofOurNetwork = false
      throw error
    }
  }
  return {
    chain,
    name: node.name,
    ask: (...given) => onOurNetwork(() => node.ask(...given)),
    attempt: (...given) => onOurNetwork(() => node.attempt(...given)),
  }
}
