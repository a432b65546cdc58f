import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes } from '@noble/hashes/utils.js'

/** The three bits that an address or a topic sets in a block's filter of logs. */
export type BloomBits = readonly number[]

/** @param hex an address or a topic @see Ethereum Yellow Paper, 4.3.1 (the function M) */
export function bloomBits(hex: string): BloomBits {
  const hash = keccak_256(hexToBytes(hex.slice(2)))
  return [0, 2, 4].map((at) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047)
}

/**
 * Whether a block may hold a log with these: `false` is certain, `true` may be a coincidence.
 *
 * @param bloom the header's 256 bytes as 0x and 512 digits
 */
export const bloomMayHold = (bloom: string, bits: BloomBits): boolean =>
  bits.every((bit) => {
    // Bit 0 is the lowest of the last byte; a hexadecimal digit carries four.
    const digit = bloom.charAt(bloom.length - 1 - (bit >> 2))
    return ((Number.parseInt(digit, 16) >> (bit & 3)) & 1) === 1
  })
