import { base58 } from '@scure/base'
import type { AddressCheck } from '../contract.ts'
import { decodeBase58 } from '../decode-text.ts'
import { otherNetwork } from '../other-network.ts'

/** The address of an ed25519 key, 32 bytes: the key itself in base 58. */
export const solanaAddressOf = (publicKey: Uint8Array): string => base58.encode(publicKey)

/**
 * Reads an address of Solana. It carries no checksum, and whatever has 32 bytes is one, so a
 * mistyped character goes unnoticed unless it changes the length.
 */
export function checkSolanaAddress(text: string): AddressCheck {
  // Decoding takes time that grows with the square of the length.
  const length = text.length > 64 ? undefined : decodeBase58(text)?.length
  if (length === 32) return { kind: 'valid', address: text }
  const reason =
    length === 64
      ? 'it has the length of a signature, not of an address'
      : (otherNetwork(text, 'solana') ?? 'it is not written like an address of Solana')
  return { kind: 'invalid', reason }
}
