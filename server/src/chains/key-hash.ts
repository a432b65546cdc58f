import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

/** RIPEMD-160 of SHA-256, 20 bytes: how Bitcoin and Stacks shorten a key. */
export const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(sha256(bytes))

/**
 * The account of a key on Ethereum and Tron: the last 20 bytes of the uncompressed key's hash.
 *
 * @param publicKey compressed secp256k1 key, 33 bytes
 */
export const keccakAccount = (publicKey: Uint8Array): Uint8Array =>
  keccak_256(secp256k1.Point.fromBytes(publicKey).toBytes(false).subarray(1)).subarray(12)
