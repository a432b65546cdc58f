import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { AddressCheck } from '../contract.ts'
import { keccakAccount } from '../key-hash.ts'
import { otherNetwork } from '../other-network.ts'

const FORM = /^0x[0-9a-fA-F]{40}$/

/** What a text may be that was meant for an EVM chain; the first that fits is told. */
const OWN: readonly (readonly [form: RegExp, reason: string])[] = [
  [/^[0-9a-fA-F]{40}$/, 'it lacks the 0x in front'],
  [/^0X[0-9a-fA-F]{40}$/, 'it begins with 0X, and an address with 0x'],
  [/^0x[0-9a-fA-F]{64}$/, 'it has the length of a transaction hash or a key, not of an address'],
  [/^0x[0-9a-fA-F]*$/, 'it does not have 40 digits after 0x'],
  [/\.eth$/i, 'it is a name; give the address that it stands for'],
]

/**
 * Reads an address of an EVM chain. Mixed case must be right by EIP-55, since then it is a
 * checksum; all lower or all upper case carries none and is accepted.
 *
 * @returns valid with its one canonical form, the checksummed one
 * @see https://eips.ethereum.org/EIPS/eip-55
 */
export function checkEvmAddress(text: string): AddressCheck {
  if (!FORM.test(text)) {
    const own = OWN.find(([form]) => form.test(text))?.[1]
    const other = otherNetwork(text, 'eip155') ?? 'it is not 0x and 40 hexadecimal digits'
    return { kind: 'invalid', reason: own ?? other }
  }
  const address = checksummed(text)
  const digits = text.slice(2)
  const unchecked = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  if (unchecked || text === address) return { kind: 'valid', address }
  return { kind: 'invalid', reason: 'its checksum is wrong (EIP-55): a character was mistyped' }
}

/** The checksummed form of an address of 0x and 40 digits in any case. */
export function checksummed(address: string): string {
  const digits = address.slice(2).toLowerCase()
  const hash = bytesToHex(keccak_256(utf8ToBytes(digits)))
  const cased = Array.from(digits, (digit, index) =>
    hash.charAt(index) >= '8' ? digit.toUpperCase() : digit,
  )
  return `0x${cased.join('')}`
}

/**
 * The checksummed address of a key.
 *
 * @param publicKey compressed secp256k1 key, 33 bytes
 */
export function evmAddressOf(publicKey: Uint8Array): string {
  return checksummed(`0x${bytesToHex(keccakAccount(publicKey))}`)
}
