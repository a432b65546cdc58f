import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { NodePlace } from '../node/exchange.client.ts'
import { createJsonRpcNode, type JsonRpcNode } from '../node/json-rpc.client.ts'
import { Quantity } from './answers.ts'

/**
 * One node of an EVM chain, which is asked which chain it is of before anything it says counts:
 * both ways of asking throw `chain.wrong_network` beside what they throw anyway.
 */
export type EvmNode = JsonRpcNode & Readonly<{ chain: ChainId }>

/** Where a node is, and what it must be. */
export type EvmNodeOptions = NodePlace &
  Readonly<{
    /** What `eth_chainId` must answer before anything else is believed. */
    expectedChainId: bigint
  }>

/** Makes the client of one node; nothing is asked until somebody does. */
export function createEvmNode(ctx: Pick<ShellCtx, 'clock'>, options: EvmNodeOptions): EvmNode {
  const { chain } = options
  const node = createJsonRpcNode(ctx, options)
  let isOfOurChain = false

  async function onOurChain<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      if (!isOfOurChain) await checkChain(node, options)
      isOfOurChain = true
      return await work()
    } catch (error) {
      // What answers at this address after a silence may be another node: ask again who it is.
      if (isError(error, 'chain.unreachable')) isOfOurChain = false
      throw error
    }
  }

  return {
    chain,
    name: node.name,
    ask: (method, parameters, schema) => onOurChain(() => node.ask(method, parameters, schema)),
    attempt: (method, parameters, schema) =>
      onOurChain(() => node.attempt(method, parameters, schema)),
  }
}

/** @throws chain.wrong_network */
async function checkChain(
  node: JsonRpcNode,
  { chain, expectedChainId }: EvmNodeOptions,
): Promise<void> {
  const found = await node.ask('eth_chainId', [], Quantity)
  if (found === expectedChainId) return
  const facts = { chain, node: node.name, expected: `${expectedChainId}`, found: `${found}` }
  throw new AppError('chain.wrong_network', facts)
}
