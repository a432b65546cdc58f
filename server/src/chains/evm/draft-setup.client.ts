import { z } from 'zod'
import type { SendRequest } from '../contract-sending.ts'
import {
  affordable,
  notPossible,
  onlyPayment,
  priced,
  spendable,
  type Draft,
  type Sending,
} from './draft.client.ts'
import { DEPLOYER, sweeperCode, sweeperDeployment, sweeperOf } from './sweeper.ts'

/** The code at an address, in lower case; `0x` where there is none. */
export const codeAt = ({ node }: Sending, address: string): Promise<string> =>
  node.ask('eth_getCode', [address, 'latest'], z.string().toLowerCase())

/** Whether a treasury's sweeper stands on this chain. @param treasury in lower case */
export const isSweeperThere = async (sending: Sending, treasury: string): Promise<boolean> =>
  (await codeAt(sending, sweeperOf(treasury))) !== '0x'

/** The code that a treasury's sweeper will have, as the chain itself makes it. */
export const futureSweeper = ({ node }: Sending, treasury: string): Promise<string> =>
  node.ask('eth_call', [{ data: sweeperCode(treasury) }, 'latest'], z.string())

/**
 * The transaction that makes the sweeper of a request's recipient, sent and paid by its one key.
 * @throws chain.insufficient_funds, chain.payment_not_possible
 */
export async function draftSetup(sending: Sending, request: SendRequest): Promise<Draft> {
  const { node, assets } = sending
  const [from, ...more] = request.from
  const { to: treasury } = onlyPayment(sending, request)
  if (more.length > 0) throw notPossible(node, 'one key makes a sweeper')
  if (await isSweeperThere(sending, treasury)) {
    throw notPossible(node, `the sweeper of ${treasury} stands already`)
  }
  if ((await codeAt(sending, DEPLOYER)) === '0x') {
    throw notPossible(node, `the contract that makes sweepers is not on this chain (${DEPLOYER})`)
  }
  const call = { from, to: DEPLOYER, value: 0n, data: sweeperDeployment(treasury) }
  const pricing = { ...request, exact: false }
  const draft = await priced(sending, { ...call, authorizations: [] }, pricing)
  const coins = { ...request, asset: assets.native }
  return affordable(sending, draft, await spendable(sending, from.address, coins))
}
