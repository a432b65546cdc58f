import { AppError, isError } from '../../errors/app-error.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { NodePlace } from '../node/exchange.client.ts'
import { createJsonRpcNode, type JsonRpcNode } from '../node/json-rpc.client.ts'
import type { BitcoinNetwork } from './address.ts'
import { Hash } from './answers.ts'

/** One Bitcoin node, of the network that it should be of. */
export type BitcoinNode = JsonRpcNode &
  Readonly<{ network: BitcoinNetwork; chain: NodePlace['chain'] }>

/** The first blocks of each network; there are two test networks of one form. */
const GENESIS: Readonly<Record<BitcoinNetwork, readonly string[]>> = {
  mainnet: ['000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f'],
  testnet: [
    '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943',
    '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043',
  ],
  signet: ['00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6'],
  regtest: ['0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'],
}

/**
 * Makes the client of one node; nothing is asked until somebody does. Before the first answer is
 * believed, and again after each silence, its first block must be the network's: otherwise every
 * verb throws chain.wrong_network.
 */
export function createBitcoinNode(
  ctx: Pick<ShellCtx, 'clock'>,
  { network, ...place }: NodePlace & Readonly<{ network: BitcoinNetwork }>,
): BitcoinNode {
  const node = createJsonRpcNode(ctx, place)
  const { chain } = place
  let isOfNetwork = false
  const checked = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      if (!isOfNetwork) {
        const found = await node.ask('getblockhash', [0], Hash)
        const expected = GENESIS[network].join(' or ')
        const facts = { chain, node: node.name, expected, found }
        if (!GENESIS[network].includes(found)) throw new AppError('chain.wrong_network', facts)
        isOfNetwork = true
      }
      return await work()
    } catch (error) {
      // What answers at this address after a silence may be another node: ask again who it is.
      if (isError(error, 'chain.unreachable')) isOfNetwork = false
      throw error
    }
  }
  return {
    ...{ name: node.name, network, chain },
    ask: (...asked) => checked(() => node.ask(...asked)),
    attempt: (...asked) => checked(() => node.attempt(...asked)),
  }
}

/** What a node answers for something that it does not have. */
export const NOT_FOUND = -5

/** What a node answers for a height above its tip, or a scan while another one runs. */
export const OUT_OF_RANGE = -8

/** What a node answers while it starts. */
export const WARMING_UP = -28

/** The failure that a refusal is where it is no answer to the question. */
export function refusedBy(
  { chain, name }: BitcoinNode,
  method: string,
  { code, message }: Readonly<{ code: number; message: string }>,
): AppError {
  const problem = `${code}: ${message}`
  return new AppError('chain.node_refused', { chain, node: name, method, problem })
}
