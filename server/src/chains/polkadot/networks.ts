import type { ChainId } from '../../money/units.ts'
import { POLKADOT_PREFIX } from './address.ts'

/** The calls by which coins are sent, by the name that the runtime gives them. */
export type TransferName = 'transfer_keep_alive' | 'transfer_allow_death' | 'transfer_all'

/**
 * What is known of a network without asking anybody. The signer believes this table and no node:
 * what the two bytes of a call mean is fixed as long as the runtime's transaction version is.
 */
export type PolkadotNetwork = Readonly<{
  chain: ChainId
  /** Hash of the first block, in hexadecimal. */
  genesis: string
  /** SS58 prefix. */
  prefix: number
  /** Pallet and call. */
  calls: Readonly<Record<TransferName, readonly [pallet: number, call: number]>>
  /** The transaction versions of which the calls are known. */
  transactionVersions: readonly number[]
  /**
   * More than a transfer costs without its tip, in planck: several times what was seen. The chain
   * has no limit that could be signed.
   */
  transferFeeMax: bigint
}>

/** Asset Hub, on which the DOT are. Calls and versions as in its runtime 2.0.0. */
const assetHub = {
  genesis: '68d56f15f85d3136970ec16946040bc1752654e906147f7e43e9d539d7c3de2f',
  prefix: POLKADOT_PREFIX,
  calls: {
    transfer_allow_death: [10, 0],
    transfer_keep_alive: [10, 3],
    transfer_all: [10, 4],
  },
  transactionVersions: [15],
  transferFeeMax: 200_000_000n,
} as const

/** The network of a chain id, which is the beginning of its genesis hash; undefined for others. */
export function networkOf(chain: ChainId): PolkadotNetwork | undefined {
  const [namespace, reference] = chain.split(':')
  const isKnown = namespace === 'polkadot' && reference === assetHub.genesis.slice(0, 32)
  return isKnown ? { chain, ...assetHub } : undefined
}
