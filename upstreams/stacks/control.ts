import { z } from 'zod'
import { Count, Fork, Grant, play } from '../control.ts'
import type { Answered, Asked } from '../http-server.ts'
import type { StacksChain } from './chain.ts'

const Drop = z.strictObject({ txId: z.string() })

/** Plays the chain from outside: POST `/_control/mine`, `reorg`, `drop`, `grant` with JSON. */
export function control(chain: StacksChain, asked: Asked): Promise<Answered> {
  const controls = {
    mine: (given: unknown) => chain.mine(Count.parse(given).blocks),
    reorg: (given: unknown) => {
      const { depth, drop } = Fork.parse(given)
      chain.reorg(depth, drop)
    },
    drop: (given: unknown) => chain.drop(Drop.parse(given).txId),
    grant: (given: unknown) => {
      const { address, amount } = Grant.parse(given)
      chain.grant(address, BigInt(amount))
    },
  }
  return play(controls, asked, () => ({ height: chain.blocks().at(-1)?.height }))
}
