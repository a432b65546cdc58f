import { z } from 'zod'
import { commonMembers, usualPollMs, type ChainFamily } from '../family.ts'
import { connectPolkadot } from './adapter.ts'
import { networkOf } from './networks.ts'

const Entry = z.strictObject(commonMembers)

/** Polkadot's Asset Hub, through its nodes' JSON-RPC over HTTP. */
export const polkadotFamily: ChainFamily = {
  read: (input, network, refuse) => {
    const entry = Entry.parse(input)
    const known = networkOf(network.chain)
    if (known === undefined) throw refuse(`nothing is known of the calls of ${network.name}`)
    return (ctx) =>
      connectPolkadot(ctx, {
        network: known,
        asset: network.native,
        urls: entry.rpc,
        pollMs: entry.pollMs ?? usualPollMs(network),
        timeoutMs: entry.timeoutMs,
      })
  },
}
