import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { HDKey } from '@scure/bip32'
import secp256k1 from 'secp256k1'

/** A public key that others derive from: the receiving chain of one account. */
export type ReceivingKey = Readonly<{
  /** Compressed, 33 bytes. */
  publicKey: Uint8Array
  chainCode: Uint8Array
}>

/** Most addresses of one account: non-hardened steps have 31 bits. */
export const INDEX_MAX = 2 ** 31 - 1

/**
 * The receiving chain (`/0`) of an account's xpub, as BIP-44 has it. Its first key is derived in
 * two ways, so that a machine whose native library computes something else gives out no address.
 *
 * @throws Error for no xpub
 */
export function receivingKey(xpub: string): ReceivingKey {
  const chain = HDKey.fromExtendedKey(xpub).deriveChild(0)
  const { publicKey, chainCode } = chain
  if (publicKey === null || chainCode === null) throw new Error('the xpub has no public key')
  const key: ReceivingKey = { publicKey, chainCode }
  assert.deepEqual(childPublicKey(key, 0), chain.deriveChild(0).publicKey)
  return key
}

/**
 * The public key of one address: child `index` of a receiving key, compressed.
 *
 * As @scure/bip32 derives it, ten times as fast by a native library: nothing here is secret
 * (whoever has the xpub has every child). Where there is no native build, the library computes by
 * itself.
 *
 * @param index 0 to `INDEX_MAX`
 * @see https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki (CKDpub)
 */
export function childPublicKey(parent: ReceivingKey, index: number): Uint8Array {
  const data = Buffer.alloc(37)
  data.set(parent.publicKey)
  data.writeUInt32BE(index, 33)
  const digest = createHmac('sha512', parent.chainCode).update(data).digest()
  // Out of 2^127 indexes one has no key (BIP-32), and is refused here: nobody will see that.
  return secp256k1.publicKeyTweakAdd(parent.publicKey, digest.subarray(0, 32), true)
}
