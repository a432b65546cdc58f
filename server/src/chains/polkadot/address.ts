import { blake2b } from '@noble/hashes/blake2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import type { AddressCheck } from '../contract.ts'
import { decodeBase58 } from '../decode-text.ts'
import { otherNetwork } from '../other-network.ts'

/** The prefix of Polkadot and its Asset Hub. */
export const POLKADOT_PREFIX = 0

/** The prefix that means no network in particular. */
export const GENERIC_PREFIX = 42

/** An account of 32 bytes, and the network whose prefix its text has, 0 to 16383. */
export type Ss58Account = Readonly<{ prefix: number; account: Uint8Array }>

const ACCOUNT_BYTES = 32
const CHECKSUM_BYTES = 2
const ECDSA_KEY_BYTES = 33
const TEXT_LENGTH_MAX = 60

/** From 64 on, a prefix takes two bytes, of whose bits some change places. */
const prefixBytes = (prefix: number): Uint8Array =>
  prefix < 64
    ? Uint8Array.of(prefix)
    : Uint8Array.of(((prefix >> 2) & 0b11_1111) | 0b100_0000, (prefix >> 8) | ((prefix & 3) << 6))

const checksum = (body: Uint8Array): Uint8Array =>
  blake2b(concatBytes(utf8ToBytes('SS58PRE'), body)).subarray(0, CHECKSUM_BYTES)

/**
 * The text of an account.
 * @see https://docs.polkadot.com/reference/glossary/ (SS58), read 2026-11-20
 */
export function writePolkadotAddress({ prefix, account }: Ss58Account): string {
  const body = concatBytes(prefixBytes(prefix), account)
  return base58.encode(concatBytes(body, checksum(body)))
}

/** The account of a text; undefined when it is not its one form, or its checksum is wrong. */
export function readPolkadotAddress(text: string): Ss58Account | undefined {
  const found = ss58Form(text)
  return found !== undefined && writePolkadotAddress(found) === text ? found : undefined
}

/** What a text says that is built like an address, whatever its checksum. */
function ss58Form(text: string): Ss58Account | undefined {
  const bytes = text.length > TEXT_LENGTH_MAX ? undefined : decodeBase58(text)
  if (bytes === undefined) return undefined
  const [first = 0, second = 0] = bytes
  if (first > 127) return undefined
  const length = first < 64 ? 1 : 2
  if (bytes.length !== length + ACCOUNT_BYTES + CHECKSUM_BYTES) return undefined
  const wide = ((first & 0b11_1111) << 2) | (second >> 6) | ((second & 0b11_1111) << 8)
  return {
    prefix: length === 1 ? first : wide,
    account: bytes.subarray(length, length + ACCOUNT_BYTES),
  }
}

/**
 * The account of a public key: an sr25519 or ed25519 key, 32 bytes, is one by itself; of a
 * compressed secp256k1 key, 33 bytes, it is the hash.
 */
export const accountOf = (publicKey: Uint8Array): Uint8Array =>
  publicKey.length === ECDSA_KEY_BYTES ? blake2b(publicKey, { dkLen: ACCOUNT_BYTES }) : publicKey

/** The address of a public key as `accountOf` takes it, on the network with this prefix. */
export const polkadotAddressOf = (publicKey: Uint8Array, prefix = POLKADOT_PREFIX): string =>
  writePolkadotAddress({ prefix, account: accountOf(publicKey) })

/**
 * Reads an address of the network with this prefix. The same account's text with another prefix
 * is refused: who gives it may mean another chain.
 */
export function checkPolkadotAddress(text: string, prefix = POLKADOT_PREFIX): AddressCheck {
  const found = readPolkadotAddress(text)
  if (found?.prefix === prefix) return { kind: 'valid', address: text }
  if (found !== undefined) {
    const reason = `it has the SS58 prefix ${found.prefix}; addresses of this network have ${prefix}`
    return { kind: 'invalid', reason }
  }
  const reason = ss58Form(text) && 'its checksum is wrong (SS58): a character was mistyped'
  return {
    kind: 'invalid',
    reason: reason ?? otherNetwork(text, 'polkadot') ?? 'it is not written like one of Polkadot',
  }
}
