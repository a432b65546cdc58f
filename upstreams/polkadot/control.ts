import { z } from 'zod'
import { Count, Fork, Grant, play } from '../control.ts'
import type { Answered, Asked } from '../http-server.ts'
import type { PolkadotChain } from './chain.ts'
import { accountOf } from './runtime.ts'

const Drop = z.strictObject({ hash: z.string() })

/** Plays the chain from outside: POST `/_control/mine`, `reorg`, `drop`, `grant`, `arrive`. */
export function control(chain: PolkadotChain, asked: Asked): Promise<Answered> {
  const giving = (give: PolkadotChain['grant']) => (given: unknown) => {
    const { address, amount } = Grant.parse(given)
    give(accountOf(address), BigInt(amount))
  }
  const controls = {
    mine: (given: unknown) => chain.mine(Count.parse(given).blocks),
    reorg: (given: unknown) => {
      const { depth, drop } = Fork.parse(given)
      chain.reorg(depth, drop)
    },
    drop: (given: unknown) => chain.drop(Drop.parse(given).hash),
    grant: giving(chain.grant),
    arrive: giving(chain.arrive),
  }
  return play(controls, asked, () => ({ height: chain.best().number }))
}
