import { z } from 'zod'
import type { Network } from '../../money/registry.ts'
import { commonMembers, Confirmations, usualPollMs, type ChainFamily } from '../family.ts'
import { connectBitcoin } from './adapter.ts'

/** A block is a stranger's to undo until it has company: what merchants have long waited for. */
const FINALITY = { safe: 3, final: 6 } as const

/** A node's whole set of unspent outputs takes minutes to look through on the main network. */
const COIN_SCAN_TIMEOUT_MS = 600_000

/** Rates in satoshi per virtual byte. */
const FeeRate = z
  .strictObject({
    fallback: z.int().min(1).max(10_000).default(10),
    max: z.int().min(1).max(10_000).default(1_000),
  })
  .prefault({})

const Entry = z.strictObject({
  ...commonMembers,
  finality: Confirmations.default(FINALITY),
  network: z.enum(['mainnet', 'testnet', 'signet', 'regtest']).default('mainnet'),
  addressKind: z.enum(['p2wpkh', 'p2tr']).default('p2wpkh'),
  coinScanTimeoutMs: z.int().min(1_000).max(3_600_000).default(COIN_SCAN_TIMEOUT_MS),
  feeRate: FeeRate,
})

/** Bitcoin, through nodes that are asked like Bitcoin Core. */
export const bitcoinFamily: ChainFamily = {
  read: (input, network: Network, refuse) => {
    const entry = Entry.parse(input)
    if (entry.environment === 'live' && entry.network !== 'mainnet') {
      throw refuse('live is the main network')
    }
    return (ctx) =>
      connectBitcoin(ctx, {
        chain: network.chain,
        network: entry.network,
        addressKind: entry.addressKind,
        urls: entry.rpc,
        finality: entry.finality,
        pollMs: entry.pollMs ?? usualPollMs(network),
        timeoutMs: entry.timeoutMs,
        coinScanTimeoutMs: entry.coinScanTimeoutMs,
        feeRate: entry.feeRate,
      })
  },
}
