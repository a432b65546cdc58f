import { AppError } from '../../errors/app-error.ts'
import { assetsOn, networkByChain } from '../../money/registry.ts'
import type { ChainId } from '../../money/units.ts'
import type { SigningKey, TxCodec } from '../contract-sending.ts'
import { checksummed } from './address.ts'
import { assetTable, type AssetTable, type EvmAsset } from './assets.ts'
import { effectsOf } from './effects.ts'
import { decodeSigned, encodeSigned, txHashOf } from './signatures.ts'
import { decodeUnsigned, type EvmTx } from './transaction.ts'

/** What a chain is to whoever reads its transactions. */
export type EvmFacts = Readonly<{
  /** The id that its transactions are signed for. */
  chainId: bigint
  /** Its coin, and the tokens that count. */
  assets: readonly EvmAsset[]
}>

/** What the registry says of a chain; undefined when it is no EVM chain of ours. */
export function registryFacts(chain: ChainId): EvmFacts | undefined {
  if (networkByChain(chain)?.family !== 'eip155') return undefined
  return { chainId: BigInt(chain.slice('eip155:'.length)), assets: assetsOn(chain) }
}

/**
 * Reads and signs transactions of EVM chains: payments of coins and tokens, and sweeps.
 *
 * @param factsOf what is known of each chain; undefined for one that is not of this family
 */
export function createEvmCodec(factsOf: (chain: ChainId) => EvmFacts | undefined): TxCodec {
  const read = (
    chain: ChainId,
    decode: () => EvmTx,
  ): Readonly<{ tx: EvmTx; assets: AssetTable }> => {
    const facts = factsOf(chain)
    if (facts === undefined) throw notReadable(chain, 'it is no EVM chain of ours')
    const tx = refusing(chain, decode)
    if (tx.chainId === facts.chainId) return { tx, assets: assetTable(facts.assets) }
    throw notReadable(chain, `it is for the chain with the id ${tx.chainId}`)
  }
  return {
    explain: (chain, unsigned) => {
      const { tx, assets } = read(chain, () => decodeUnsigned(unsigned))
      return effectsOf(tx, assets)
    },
    sign: (chain, unsigned, keys) => {
      const { tx } = read(chain, () => decodeUnsigned(unsigned))
      const bytes = refusing(chain, () => encodeSigned(tx, keyOf(keys)))
      return { chain, bytes, txHash: txHashOf(bytes) }
    },
    explainSigned: (chain, signed) => {
      const { tx, assets } = read(chain, () => decodeSigned(signed))
      return { txHash: txHashOf(signed), effects: effectsOf(tx, assets) }
    },
  }
}

/** The codec of the registry's chains and tokens. */
export const evmCodec = createEvmCodec(registryFacts)

const keyOf =
  (keys: readonly SigningKey[]) =>
  (address: string): Uint8Array | undefined =>
    keys.find((key) => key.address === checksummed(address))?.privateKey

const notReadable = (chain: ChainId, problem: string, cause?: unknown): AppError =>
  new AppError('chain.transaction_not_readable', { chain, problem }, { cause })

function refusing<Read>(chain: ChainId, read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw notReadable(chain, error.message, error)
    throw error
  }
}
