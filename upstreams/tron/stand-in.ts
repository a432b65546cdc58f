import { isControl } from '../control.ts'
import { serve, type Listening } from '../http-server.ts'
import { createChain, type TronChain } from './chain.ts'
import { deployContracts, type Contracts } from './contracts.ts'
import { control } from './control.ts'
import { createFaucet, FAUCET, type Faucet } from './faucet.ts'
import { answerAsNode } from './node.ts'
import { usualParameters, type Parameters } from './parameters.ts'
import { startTvm } from './tvm.ts'

/** A node of Tron that does not exist: an API like java-tron's, a chain that a test plays. */
export type TronStandIn = Listening &
  Readonly<{ chain: TronChain; contracts: Contracts; faucet: Faucet }>

/** What may differ from the main network. */
export type StandInOptions = Readonly<{
  /** How many blocks the solidified one is behind the newest; 19 on the main network. */
  solidDistance?: number
  parameters?: Partial<Parameters>
  /** The last four bytes of the first block's id; those of the main network. */
  mark?: string
  /** Accounts at which a dollar stands as well, as `0x` and 40 digits. */
  dollarsAt?: readonly string[]
}>

const RICH_SUN = 10n ** 18n
const FIRST_BLOCKS = 22

/** Starts a stand-in whose tip is some blocks above its first solidified one. */
export async function startTronStandIn({
  solidDistance = 19,
  parameters = {},
  mark = '2b6653dc',
  dollarsAt = [],
}: StandInOptions = {}): Promise<TronStandIn> {
  const tvm = await startTvm()
  await tvm.setBalance(FAUCET, RICH_SUN)
  const contracts = await deployContracts(tvm, FAUCET, dollarsAt)
  const none = { freeNet: new Map(), stakes: new Map() }
  const state = { ...none, active: new Set([FAUCET]), tvmHeight: await tvm.seal() }
  const prices = { ...usualParameters, ...parameters }
  const chain = createChain({ tvm, parameters: prices }, { state, mark, solidDistance })
  await chain.mine(FIRST_BLOCKS)
  const faucet = createFaucet(chain, contracts)
  const listening = await serve((asked) =>
    isControl(asked) ? control({ chain, faucet }, asked) : answerAsNode(chain, asked),
  )
  return {
    ...listening,
    chain,
    contracts,
    faucet,
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]()
      await tvm[Symbol.asyncDispose]()
    },
  }
}
