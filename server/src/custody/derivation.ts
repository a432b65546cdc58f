import { createHmac } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { HDKey } from '@scure/bip32'

type Point = InstanceType<typeof secp256k1.Point>

/** A public key that others derive from: the receiving chain of one account. */
export type ReceivingKey = Readonly<{
  point: Point
  /** Compressed, 33 bytes. */
  publicKey: Uint8Array
  chainCode: Uint8Array
}>

/** Most addresses of one account: non-hardened steps have 31 bits. */
export const INDEX_MAX = 2 ** 31 - 1

/** The receiving chain (`/0`) of an account's xpub, as BIP-44 has it. @throws Error for no xpub */
export function receivingKey(xpub: string): ReceivingKey {
  const { publicKey, chainCode } = HDKey.fromExtendedKey(xpub).deriveChild(0)
  if (publicKey === null || chainCode === null) throw new Error('the xpub has no public key')
  return { point: secp256k1.Point.fromBytes(publicKey), publicKey, chainCode }
}

/**
 * The public key of one address: child `index` of a receiving key, compressed.
 *
 * As @scure/bip32 derives it, several times as fast: nothing here is secret (whoever has the xpub
 * has every child), so the multiplication need not take the same time for every number.
 *
 * @param index 0 to `INDEX_MAX`
 * @see https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki (CKDpub)
 */
export function childPublicKey(parent: ReceivingKey, index: number): Uint8Array {
  const data = Buffer.alloc(37)
  data.set(parent.publicKey)
  data.writeUInt32BE(index, 33)
  const digest = createHmac('sha512', parent.chainCode).update(data).digest()
  const tweak = secp256k1.Point.Fn.fromBytes(digest.subarray(0, 32), true)
  // Out of 2^127 indexes one has no key (BIP-32): nobody will see this throw.
  if (!secp256k1.Point.Fn.isValidNot0(tweak)) throw new RangeError(`index ${index} has no key`)
  return parent.point.add(secp256k1.Point.BASE.multiplyUnsafe(tweak)).toBytes(true)
}
