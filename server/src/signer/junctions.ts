import { pbkdf2Sync } from 'node:crypto'
import { blake2b } from '@noble/hashes/blake2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { HDKD, secretFromSeed } from '@scure/sr25519'

/** One step of a Substrate path: `//hard` or `/soft`, its name as 32 bytes. */
export type Junction = Readonly<{ hard: boolean; chainCode: Uint8Array }>

const JUNCTIONS_MAX = 10
const NAME_BYTES_MAX = 1_000
const FORM = /^(\/\/?[^/]+)*$/
const U64_MAX = 2n ** 64n - 1n

/**
 * The junctions of a Substrate path such as `//polkadot//0` or `/soft`; the empty path has none.
 *
 * @returns absent where the text is no such path: a password (`///…`), an empty name, a number
 *   that has more than 64 bits (which tools read in different ways), more than 10 junctions
 * @see https://docs.polkadot.com/polkadot-protocol/basics/accounts/ (derivation paths)
 */
export function readJunctions(path: string): readonly Junction[] | undefined {
  if (!FORM.test(path) || !path.isWellFormed()) return undefined
  const parts = [...path.matchAll(/(\/\/?)([^/]+)/g)]
  const junctions = parts.map(([, mark, name = '']) => ({
    hard: mark === '//',
    chainCode: chainCodeOf(name),
  }))
  const known = junctions.flatMap(({ hard, chainCode }) =>
    chainCode === undefined ? [] : [{ hard, chainCode }],
  )
  return known.length === parts.length && parts.length <= JUNCTIONS_MAX ? known : undefined
}

/** Digits are a little-endian number, all else text behind its length; both filled up to 32 bytes. */
function chainCodeOf(name: string): Uint8Array | undefined {
  const chainCode = new Uint8Array(32)
  if (/^\d+$/.test(name)) {
    const number = BigInt(name)
    if (number > U64_MAX) return undefined
    new DataView(chainCode.buffer).setBigUint64(0, number, true)
    return chainCode
  }
  const text = utf8ToBytes(name)
  if (text.length > NAME_BYTES_MAX) return undefined
  const encoded = concatBytes(compactLength(text.length), text)
  if (encoded.length > 32) return blake2b(encoded, { dkLen: 32 })
  chainCode.set(encoded)
  return chainCode
}

/** SCALE's compact form of a length below 2^14. */
const compactLength = (length: number): Uint8Array =>
  length < 64
    ? Uint8Array.of(length << 2)
    : Uint8Array.of(((length << 2) & 0xff) | 1, (length << 2) >> 8)

/**
 * The root of the sr25519 keys: made of the entropy itself, not of the words as BIP-39 has it.
 *
 * @returns the expanded secret key, 64 bytes
 * @see https://github.com/paritytech/substrate-bip39
 */
export function sr25519Root(entropy: Uint8Array): Uint8Array {
  const stretched = pbkdf2Sync(entropy, 'mnemonic', 2_048, 64, 'sha512')
  const secret = secretFromSeed(stretched.subarray(0, 32))
  stretched.fill(0)
  return secret
}

/** The expanded secret key, 64 bytes, at the end of a path. */
export const sr25519Key = (root: Uint8Array, junctions: readonly Junction[]): Uint8Array =>
  junctions.reduce<Uint8Array>(
    (secret, { hard, chainCode }) =>
      hard ? HDKD.secretHard(secret, chainCode) : HDKD.secretSoft(secret, chainCode),
    Uint8Array.from(root),
  )
