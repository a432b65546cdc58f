import { z } from 'zod'
import type { Answered, Asked } from '../http-server.ts'
import type { TronChain } from './chain.ts'
import { NOBODY } from './contracts.ts'
import type { Faucet } from './faucet.ts'
import { withStake } from './state.ts'

const Count = z.strictObject({ blocks: z.int().min(0).max(10_000) })
const Fork = z.strictObject({ depth: z.int().min(0), drop: z.array(z.string()).default([]) })
const Drop = z.strictObject({ txId: z.string() })
const Pass = z.strictObject({ ms: z.int().min(0) })
const Units = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text))
const Account = z.string().regex(/^0x[0-9a-f]{40}$/)
const Pay = z.strictObject({ to: Account, token: Account.default(NOBODY), units: Units })
const Stake = z.strictObject({ account: Account, bandwidth: Units, energy: Units })

/**
 * Plays the chain from outside: POST `/_control/mine`, `reorg`, `drop`, `pass-time`, `pay`, `stake`
 * with JSON; accounts as `0x` and 40 digits, amounts as text.
 */
export async function control(
  { chain, faucet }: Readonly<{ chain: TronChain; faucet: Faucet }>,
  { path, body }: Asked,
): Promise<Answered> {
  const given: unknown = JSON.parse(body.toString('utf8'))
  switch (path) {
    case '/_control/mine':
      await chain.mine(Count.parse(given).blocks)
      break
    case '/_control/reorg': {
      const { depth, drop } = Fork.parse(given)
      await chain.reorg(depth, drop)
      break
    }
    case '/_control/drop':
      chain.drop(Drop.parse(given).txId)
      break
    case '/_control/pass-time':
      chain.passTime(Pass.parse(given).ms)
      break
    case '/_control/pay':
      return { status: 200, value: { txId: await faucet.pay([Pay.parse(given)]) } }
    case '/_control/stake': {
      const { account, ...stake } = Stake.parse(given)
      chain.change((state) => withStake(state, account, stake))
      break
    }
    default:
      return { status: 404, value: { error: 'there is no such control' } }
  }
  const { number, id } = chain.head()
  return { status: 200, value: { height: number, id } }
}
