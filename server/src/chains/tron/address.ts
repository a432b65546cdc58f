import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import type { AddressCheck } from '../contract.ts'
import { base58check, decodeBase58check } from '../decode-text.ts'
import { keccakAccount } from '../key-hash.ts'
import { otherNetwork } from '../other-network.ts'

/** The byte in front of every account; the same on the main network and the test networks. */
export const TRON_PREFIX = 0x41

/** The address of a compressed secp256k1 key, 33 bytes. */
export const tronAddressOf = (publicKey: Uint8Array): string =>
  tronAddress(keccakAccount(publicKey))

/** The address of an account, 20 bytes: what an Ethereum address holds behind its `0x`. */
export const tronAddress = (account: Uint8Array): string =>
  base58check.encode(concatBytes(Uint8Array.of(TRON_PREFIX), account))

/** The address of an account as logs write it. @param account `0x` and 40 digits */
export const tronAddressOfAccount = (account: string): string =>
  tronAddress(hexToBytes(account.slice(2)))

/** An account as logs write it, `0x` and 40 digits in lower case. @param address valid */
export const accountOfAddress = (address: string): string =>
  `0x${bytesToHex(base58check.decode(address).subarray(1))}`

/** The 21 bytes of an address, prefix included; absent where the text is none. */
export function tronAddressBytes(text: string): Uint8Array | undefined {
  const bytes = decodeBase58check(text)
  return bytes?.length === 21 && bytes[0] === TRON_PREFIX ? bytes : undefined
}

/** Reads an address of Tron in its base58check form, `T…`. */
export function checkTronAddress(text: string): AddressCheck {
  if (tronAddressBytes(text) !== undefined) return { kind: 'valid', address: text }
  const own = OWN.find(([form]) => form.test(text))?.[1]
  const reason = own ?? otherNetwork(text, 'tron') ?? 'it is not written like an address of Tron'
  return { kind: 'invalid', reason }
}

const OWN: readonly (readonly [form: RegExp, reason: string])[] = [
  [/^T[1-9A-HJ-NP-Za-km-z]{33}$/, 'its checksum is wrong (base58check): a character was mistyped'],
  [/^(0x)?41[0-9a-f]{40}$/i, 'it is in the hexadecimal form; give the one that begins with T'],
]
