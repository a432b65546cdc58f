import { secp256k1 } from '@noble/curves/secp256k1.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { base58, bech32, bech32m, createBase58check, type BytesCoder } from '@scure/base'
import { c32decode, c32digit, c32encode } from './c32.ts'

/** How one family of chains writes addresses. */
export type AddressForm = Readonly<{
  /** The bytes behind the address of a compressed secp256k1 key, 33 bytes. */
  payloadOf: (publicKey: Uint8Array) => Uint8Array
  /** The canonical text of a payload, of which the first bytes count. */
  write: (payload: Uint8Array) => string
  /** The canonical text; undefined when this is no address of the family at all. */
  read: (text: string) => string | undefined
  /** Why a text that looks like this family's is refused all the same; undefined: it is not one. */
  diagnose?: (text: string) => string | undefined
}>

const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(sha256(bytes))
const base58check = createBase58check(sha256)

/** The last 20 bytes of the uncompressed key's hash: Ethereum's, and Tron's behind its prefix. */
const accountOf = (publicKey: Uint8Array): Uint8Array =>
  keccak_256(secp256k1.Point.fromBytes(publicKey).toBytes(false).subarray(1)).subarray(12)

/** @see EIP-55: the case of each letter is a bit of the checksum */
function writeEip55(payload: Uint8Array): string {
  const digits = bytesToHex(payload.subarray(0, 20))
  const hash = bytesToHex(keccak_256(new TextEncoder().encode(digits)))
  const cased = Array.from(digits, (digit, index) =>
    hash.charAt(index) >= '8' ? digit.toUpperCase() : digit,
  )
  return `0x${cased.join('')}`
}

function readEip55(text: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined
  const digits = text.slice(2)
  const canonical = writeEip55(hexToBytes(digits))
  const unchecked = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  return unchecked || text === canonical ? canonical : undefined
}

const ethereum: AddressForm = {
  payloadOf: accountOf,
  write: writeEip55,
  read: readEip55,
  diagnose: (text) =>
    /^0x[0-9a-fA-F]{40}$/.test(text) ? 'its checksum is wrong (EIP-55)' : undefined,
}

const HRP = 'tb'

/** @see BIP-173, BIP-350: version 0 is bech32, later ones bech32m */
function readSegwit(text: string): string | undefined {
  const read = bech32.decodeUnsafe(text) ?? bech32m.decodeUnsafe(text)
  const version = read?.words[0]
  if (read?.prefix !== HRP || version === undefined || version > 16) return undefined
  const coder = version === 0 ? bech32 : bech32m
  const program = coder.fromWordsUnsafe(read.words.slice(1))
  const length = program instanceof Uint8Array ? program.length : 0
  const fits = version === 0 ? length === 20 || length === 32 : length >= 2 && length <= 40
  return fits && coder.decodeUnsafe(text) !== undefined ? text.toLowerCase() : undefined
}

/** P2PKH and P2SH of test networks. */
const readLegacy = (text: string): string | undefined => {
  const bytes = tryDecode(base58check, text)
  return bytes?.length === 21 && (bytes[0] === 0x6f || bytes[0] === 0xc4) ? text : undefined
}

const bitcoin: AddressForm = {
  payloadOf: hash160,
  write: (payload) => bech32.encode(HRP, [0, ...bech32.toWords(payload.subarray(0, 20))]),
  read: (text) => readSegwit(text) ?? readLegacy(text),
  diagnose: (text) => {
    if (/^bc1/i.test(text)) return 'it belongs to the main network; the sandbox uses tb1…'
    return /^tb1/i.test(text) ? 'its checksum is wrong (bech32)' : undefined
  },
}

const TRON_PREFIX = 0x41

const tron: AddressForm = {
  payloadOf: accountOf,
  write: (payload) =>
    base58check.encode(concatBytes(Uint8Array.of(TRON_PREFIX), payload.subarray(0, 20))),
  read: (text) => {
    const bytes = tryDecode(base58check, text)
    return bytes?.length === 21 && bytes[0] === TRON_PREFIX ? text : undefined
  },
  diagnose: (text) =>
    /^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text) ? 'its checksum is wrong (base58check)' : undefined,
}

/** A real Solana key is ed25519: here its place is taken by a hash of the secp256k1 key. */
const solana: AddressForm = {
  payloadOf: (publicKey) => sha256(publicKey),
  write: (payload) => base58.encode(payload.subarray(0, 32)),
  read: (text) => (tryDecode(base58, text)?.length === 32 ? text : undefined),
}

const STACKS_TESTNET = 26

const c32checksum = (hash: Uint8Array): Uint8Array =>
  sha256(sha256(concatBytes(Uint8Array.of(STACKS_TESTNET), hash))).subarray(0, 4)

/** @see c32check of Stacks: `S`, the version's digit, then hash and checksum as one number */
const stacks: AddressForm = {
  payloadOf: hash160,
  write: (payload) => {
    const hash = payload.subarray(0, 20)
    return `S${c32digit(STACKS_TESTNET)}${c32encode(concatBytes(hash, c32checksum(hash)))}`
  },
  read: (text) => {
    const upper = text.toUpperCase()
    if (!upper.startsWith('ST')) return undefined
    const bytes = c32decode(upper.slice(2))
    if (bytes?.length !== 24) return undefined
    return stacks.write(bytes) === upper ? upper : undefined
  },
  diagnose: (text) => {
    if (/^S[PM][0-9A-Z]{30,}$/i.test(text)) return 'it belongs to the main network, not to ST…'
    return /^ST[0-9A-Z]{30,}$/i.test(text) ? 'its checksum is wrong (c32check)' : undefined
  },
}

/** The generic prefix, which belongs to no live network. */
const SS58_PREFIX = 42

const ss58checksum = (body: Uint8Array): Uint8Array =>
  blake2b(concatBytes(new TextEncoder().encode('SS58PRE'), body)).subarray(0, 2)

/** A real Polkadot key is sr25519 or ed25519: here a hash of the secp256k1 key. */
const polkadot: AddressForm = {
  payloadOf: (publicKey) => blake2b(publicKey, { dkLen: 32 }),
  write: (payload) => {
    const body = concatBytes(Uint8Array.of(SS58_PREFIX), payload.subarray(0, 32))
    return base58.encode(concatBytes(body, ss58checksum(body)))
  },
  read: (text) => {
    const bytes = tryDecode(base58, text)
    if (bytes?.length !== 35 || bytes[0] !== SS58_PREFIX) return undefined
    return polkadot.write(bytes.subarray(1, 33)) === text ? text : undefined
  },
  diagnose: (text) => {
    const bytes = tryDecode(base58, text)
    if (bytes?.length !== 35) return undefined
    if (bytes[0] === SS58_PREFIX) return 'its checksum is wrong (SS58)'
    return `it has the SS58 prefix ${bytes[0]}; the sandbox uses ${SS58_PREFIX}`
  },
}

function tryDecode(coder: BytesCoder, text: string): Uint8Array | undefined {
  try {
    return coder.decode(text)
  } catch {
    // The coders throw on every text that is not theirs, which is an answer here.
    return undefined
  }
}

/**
 * The address forms by family. A simulated chain writes addresses as its family's test networks do
 * where the form shows the network, so that no wallet of a main network will pay to them.
 */
export const addressForms = {
  eip155: ethereum,
  bip122: bitcoin,
  tron,
  solana,
  stacks,
  polkadot,
} as const
