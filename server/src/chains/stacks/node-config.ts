import { z } from 'zod'
import type { Network } from '../../money/registry.ts'
import { commonMembers, Confirmations, usualPollMs, type ChainFamily } from '../family.ts'
import { connectStacks } from './adapter.ts'
import type { Depths } from './depths.ts'

/**
 * Blocks come every few seconds and stand until Bitcoin itself forks: `final` is about as long as
 * six blocks of Bitcoin take.
 */
const FINALITY: Depths = { safe: 12, final: 360 }

const Entry = z.strictObject({
  ...commonMembers,
  finality: Confirmations.default(FINALITY),
  network: z.enum(['mainnet', 'testnet']).default('mainnet'),
})

/** Stacks, through an API with its node. */
export const stacksFamily: ChainFamily = {
  read: (input, network: Network, refuse) => {
    const entry = Entry.parse(input)
    if (entry.environment === 'live' && entry.network !== 'mainnet') {
      throw refuse('live is the main network')
    }
    return (ctx) =>
      connectStacks(ctx, {
        chain: network.chain,
        asset: network.native,
        network: entry.network,
        urls: entry.rpc,
        finality: entry.finality,
        pollMs: entry.pollMs ?? usualPollMs(network),
        timeoutMs: entry.timeoutMs,
      })
  },
}
