import { z } from 'zod'
import type { Answered, Asked } from '../http-server.ts'
import type { PolkadotChain } from './chain.ts'
import { accountOf } from './runtime.ts'

const Count = z.strictObject({ blocks: z.int().min(0).max(10_000) })
const Fork = z.strictObject({ depth: z.int().min(0), drop: z.array(z.string()) })
const Drop = z.strictObject({ hash: z.string() })
const Grant = z.strictObject({ address: z.string(), amount: z.string().regex(/^\d+$/) })

/** Plays the chain from outside: POST `/_control/mine`, `reorg`, `drop`, `grant`, `arrive`. */
export function control(chain: PolkadotChain, { path, body }: Asked): Answered {
  const given: unknown = JSON.parse(body.toString('utf8'))
  switch (path) {
    case '/_control/mine':
      chain.mine(Count.parse(given).blocks)
      break
    case '/_control/reorg': {
      const { depth, drop } = Fork.parse(given)
      chain.reorg(depth, drop)
      break
    }
    case '/_control/drop':
      chain.drop(Drop.parse(given).hash)
      break
    case '/_control/grant':
    case '/_control/arrive': {
      const { address, amount } = Grant.parse(given)
      const give = path === '/_control/grant' ? chain.grant : chain.arrive
      give(accountOf(address), BigInt(amount))
      break
    }
    default:
      return { status: 404, value: { error: 'there is no such control' } }
  }
  return { status: 200, value: { height: chain.best().number } }
}
