import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { AddressCheck } from '../contract.ts'
import { hash160 } from '../key-hash.ts'
import { otherNetwork } from '../other-network.ts'
import { c32decode, c32digit, c32encode } from './c32.ts'

/** The main network, or the one that every test network is a copy of. */
export type StacksNetwork = 'mainnet' | 'testnet'

/** An account as transactions hold it: a version byte and the hash of a key or of several. */
export type StacksAccount = Readonly<{ version: number; hash: Uint8Array }>

/** Version bytes of accounts: of one key, and of several. @see SIP-005 */
export const addressVersions = {
  mainnet: { single: 22, multi: 20 },
  testnet: { single: 26, multi: 21 },
} as const

const HASH_BYTES = 20
const CHECKSUM_BYTES = 4
const FORM = /^S[PMTN][0-9A-Z]{36,42}$/

const checksum = ({ version, hash }: StacksAccount): Uint8Array =>
  sha256(sha256(concatBytes(Uint8Array.of(version), hash))).subarray(0, CHECKSUM_BYTES)

/** The c32check text of an account: `S`, the version's digit, then hash and checksum. */
export const writeStacksAccount = (account: StacksAccount): string =>
  `S${c32digit(account.version)}${c32encode(concatBytes(account.hash, checksum(account)))}`

/** The account of a canonical text; undefined for any other text. */
export function readStacksAccount(text: string): StacksAccount | undefined {
  const bytes = FORM.test(text) ? c32decode(text.slice(2)) : undefined
  const digit = c32decode(text.charAt(1))?.[0]
  if (digit === undefined || bytes?.length !== HASH_BYTES + CHECKSUM_BYTES) return undefined
  const account = { version: digit, hash: bytes.subarray(0, HASH_BYTES) }
  return writeStacksAccount(account) === text ? account : undefined
}

/** The address of a key's hash, 20 bytes: `SP…`, on test networks `ST…`. */
export const stacksAddressOfHash = (hash: Uint8Array, network: StacksNetwork): string =>
  writeStacksAccount({ version: addressVersions[network].single, hash })

/** The address of a compressed secp256k1 key, 33 bytes. */
export const stacksAddressOf = (publicKey: Uint8Array, network: StacksNetwork): string =>
  stacksAddressOfHash(hash160(publicKey), network)

/** The network that an account belongs to; undefined for versions that nobody uses. */
export function networkOfAccount({ version }: StacksAccount): StacksNetwork | undefined {
  const networks = ['mainnet', 'testnet'] as const
  return networks.find((one) => Object.values(addressVersions[one]).some((v) => v === version))
}

/**
 * Reads an address of one network, in any case.
 *
 * @returns valid with its one canonical form, in upper case
 */
export function checkStacksAddress(text: string, network: StacksNetwork): AddressCheck {
  const upper = text.toUpperCase()
  const account = readStacksAccount(upper)
  if (account === undefined) return { kind: 'invalid', reason: whyNot(upper, text) }
  if (networkOfAccount(account) === network) return { kind: 'valid', address: upper }
  const reason =
    network === 'mainnet'
      ? 'it belongs to a test network; addresses of the main network begin with SP or SM'
      : 'it belongs to the main network; addresses of test networks begin with ST or SN'
  return { kind: 'invalid', reason }
}

function whyNot(upper: string, text: string): string {
  const [account = ''] = upper.split('.')
  if (account !== upper && readStacksAccount(account) !== undefined) {
    return 'it is the name of a contract; give the address of an account'
  }
  if (FORM.test(upper)) return 'its checksum is wrong (c32check): a character was mistyped'
  return otherNetwork(text, 'stacks') ?? 'it is not written like an address of Stacks'
}
