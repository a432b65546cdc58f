import { sha256 } from '@noble/hashes/sha2.js'
import { base58, createBase58check } from '@scure/base'

/** Base 58 with four bytes of a double SHA-256 as its checksum: Bitcoin's, and Tron's. */
export const base58check = createBase58check(sha256)

/** The bytes of a base58check text; absent where it is none or its checksum is wrong. */
export const decodeBase58check = (text: string): Uint8Array | undefined =>
  decoded(() => base58check.decode(text))

/** The bytes of a base-58 text; absent where it is none. */
export const decodeBase58 = (text: string): Uint8Array | undefined =>
  decoded(() => base58.decode(text))

/** The coders throw on every text that is not theirs, which is an answer here. */
function decoded(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
