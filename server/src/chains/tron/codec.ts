import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { assetsOn, networkByChain } from '../../money/registry.ts'
import type { ChainId } from '../../money/units.ts'
import type { SigningKey, TxCodec, TxEffects } from '../contract-sending.ts'
import { tronAddress, tronAddressOf } from './address.ts'
import { tronAssets, type TronAsset } from './assets.ts'
import { effectsOf } from './effects.ts'
import { readRaw, unreadable } from './raw-transaction.ts'
import { readSigned, writeSigned } from './signed-transaction.ts'

/** Tron writes which of two keys has signed as Ethereum did at first: 27 or 28. */
const RECOVERY_BASE = 27

/** What the registry says of a chain; undefined when it is not Tron. */
export const registryAssets = (chain: ChainId): readonly TronAsset[] | undefined =>
  networkByChain(chain)?.family === 'tron' ? assetsOn(chain) : undefined

/**
 * Reads and signs transactions of Tron: payments of coins and of the tokens that count. The
 * unsigned bytes are the transaction's `raw_data`.
 *
 * A transaction has no nonce, and nothing that another one could take from it: two payments to the
 * same address are both mined when both are broadcast. What ends it is time alone, and its slot
 * says so; see `slot.ts`. Nor does it name its network: it stands on a block, which another network
 * does not have.
 *
 * @param assetsOf what counts on each chain; undefined for one that is not of this family
 */
export function createTronCodec(
  assetsOf: (chain: ChainId) => readonly TronAsset[] | undefined,
): TxCodec {
  const explain = (chain: ChainId, unsigned: Uint8Array): TxEffects => {
    const assets = assetsOf(chain)
    if (assets === undefined) throw unreadable(chain, 'it is no Tron chain of ours')
    return effectsOf(readRaw(chain, unsigned), unsigned, tronAssets(assets))
  }
  return {
    explain,
    sign: (chain, unsigned, keys) => {
      const owner = tronAddress(readRaw(chain, unsigned).contract.owner.subarray(1))
      const key = keys.find((one) => one.address === owner)
      if (key === undefined) throw new RangeError(`no key is given for ${owner}`)
      const hash = sha256(unsigned)
      const bytes = writeSigned(unsigned, signatureOf(hash, key))
      return { chain, bytes, txHash: bytesToHex(hash) }
    },
    explainSigned: (chain, signed) => {
      const { raw, signature } = readSigned(chain, signed)
      const hash = sha256(raw)
      const effects = explain(chain, raw)
      if (!effects.spenders.includes(signerOf(signature, hash) ?? '')) {
        throw unreadable(chain, 'its signature is not that of the address that it spends from')
      }
      return { txHash: bytesToHex(hash), effects }
    },
  }
}

/** The codec of the registry's tokens. */
export const tronCodec = createTronCodec(registryAssets)

/** @throws RangeError when the key is that of another address */
function signatureOf(hash: Uint8Array, { address, privateKey }: SigningKey): Uint8Array {
  if (tronAddressOf(secp256k1.getPublicKey(privateKey)) !== address) {
    throw new RangeError(`the key given for ${address} is that of another address`)
  }
  const signature = secp256k1.sign(hash, privateKey, { prehash: false, format: 'recovered' })
  const [recovery = 0] = signature
  return concatBytes(signature.subarray(1), Uint8Array.of(RECOVERY_BASE + recovery))
}

/** The address whose key made a signature; undefined when it is none in its one canonical form. */
function signerOf(signature: Uint8Array, hash: Uint8Array): string | undefined {
  const recovery = (signature.at(-1) ?? 0) - RECOVERY_BASE
  if (recovery !== 0 && recovery !== 1) return undefined
  try {
    const ordered = concatBytes(Uint8Array.of(recovery), signature.subarray(0, 64))
    const read = secp256k1.Signature.fromBytes(ordered, 'recovered')
    return read.hasHighS() ? undefined : tronAddressOf(read.recoverPublicKey(hash).toBytes())
  } catch {
    // The curve throws where there is no such point: then nobody has signed.
    return undefined
  }
}
