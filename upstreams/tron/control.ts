import { z } from 'zod'
import { Count, Fork, play } from '../control.ts'
import type { Answered, Asked } from '../http-server.ts'
import type { TronChain } from './chain.ts'
import { NOBODY } from './contracts.ts'
import type { Faucet } from './faucet.ts'
import { withStake } from './state.ts'

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
export function control(
  { chain, faucet }: Readonly<{ chain: TronChain; faucet: Faucet }>,
  asked: Asked,
): Promise<Answered> {
  let paid: string | undefined
  const controls = {
    mine: (given: unknown) => chain.mine(Count.parse(given).blocks),
    reorg: (given: unknown) => {
      const { depth, drop } = Fork.parse(given)
      return chain.reorg(depth, drop)
    },
    drop: (given: unknown) => chain.drop(Drop.parse(given).txId),
    'pass-time': (given: unknown) => chain.passTime(Pass.parse(given).ms),
    pay: async (given: unknown) => {
      paid = await faucet.pay([Pay.parse(given)])
    },
    stake: (given: unknown) => {
      const { account, ...stake } = Stake.parse(given)
      chain.change((state) => withStake(state, account, stake))
    },
  }
  return play(controls, asked, () => {
    const { number, id } = chain.head()
    return paid === undefined ? { height: number, id } : { txId: paid }
  })
}
