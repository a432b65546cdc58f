import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { bech32, bech32m } from '@scure/base'
import type { AddressCheck } from '../contract.ts'
import { decodeBase58check } from '../decode-text.ts'
import { hash160 } from '../key-hash.ts'
import { otherNetwork } from '../other-network.ts'

/** Bitcoin's networks; `signet` writes addresses as `testnet` does. */
export type BitcoinNetwork = 'mainnet' | 'testnet' | 'signet' | 'regtest'

/** The kinds of address we hand out: BIP-84's and BIP-86's. */
export type BitcoinAddressKind = 'p2wpkh' | 'p2tr'

/** How the addresses of our keys are written. */
export type BitcoinAddressForm = Readonly<{ network: BitcoinNetwork; kind: BitcoinAddressKind }>

type Facts = Readonly<{ hrp: string; p2pkh: number; p2sh: number; name: string }>

const test = { p2pkh: 0x6f, p2sh: 0xc4 } as const
/** How each network writes addresses: human-readable part, and version bytes of the old forms. */
export const NETWORKS: Readonly<Record<BitcoinNetwork, Facts>> = {
  mainnet: { hrp: 'bc', p2pkh: 0x00, p2sh: 0x05, name: 'the main network' },
  testnet: { ...test, hrp: 'tb', name: 'a test network' },
  signet: { ...test, hrp: 'tb', name: 'a test network' },
  regtest: { ...test, hrp: 'bcrt', name: 'a local test network' },
}

/**
 * The address of a key.
 *
 * @param publicKey compressed secp256k1 key, 33 bytes
 * @see BIP-84, BIP-86
 */
export function bitcoinAddressOf(publicKey: Uint8Array, form: BitcoinAddressForm): string {
  const { hrp } = NETWORKS[form.network]
  if (form.kind === 'p2wpkh') return p2wpkhAddress(hash160(publicKey), form.network)
  return bech32m.encode(hrp, [1, ...bech32m.toWords(taprootOutputKey(publicKey))])
}

/** The address of a key's hash, 20 bytes: version 0 of BIP-141. */
export const p2wpkhAddress = (hash: Uint8Array, network: BitcoinNetwork): string =>
  bech32.encode(NETWORKS[network].hrp, [0, ...bech32.toWords(hash)])

/**
 * The key that stands in a Taproot output: the internal key, taken with even Y, and tweaked by its
 * own hash since there is no script beside it.
 *
 * @see BIP-86, BIP-341
 */
function taprootOutputKey(publicKey: Uint8Array): Uint8Array {
  const { lift_x: liftX, taggedHash, pointToBytes } = schnorr.utils
  const x = publicKey.subarray(1)
  const { Fn, BASE } = secp256k1.Point
  const tweak = Fn.create(secp256k1.Point.Fp.fromBytes(taggedHash('TapTweak', x), true))
  const internal = liftX(secp256k1.Point.Fp.fromBytes(x))
  return pointToBytes(internal.add(BASE.multiply(tweak)))
}

/**
 * Reads an address that a payment can go to: P2PKH, P2SH, and SegWit of the versions that have a
 * meaning today; to later ones anybody could take the coins.
 *
 * @returns valid with its one canonical form: SegWit in lower case
 */
export function checkBitcoinAddress(text: string, network: BitcoinNetwork): AddressCheck {
  const reason = /^(bc|tb|bcrt)1/i.test(text)
    ? problemOfSegwit(text, network)
    : problemOfLegacy(text, network)
  if (reason !== undefined) return { kind: 'invalid', reason }
  const isSegwit = text.toLowerCase().startsWith(`${NETWORKS[network].hrp}1`)
  return { kind: 'valid', address: isSegwit ? text.toLowerCase() : text }
}

/** @see BIP-173, BIP-350: version 0 is bech32, later ones bech32m */
function problemOfSegwit(text: string, network: BitcoinNetwork): string | undefined {
  const read = bech32.decodeUnsafe(text) ?? bech32m.decodeUnsafe(text)
  const version = read?.words[0]
  const wrong = 'its checksum is wrong (bech32): a character was mistyped'
  if (read === undefined || version === undefined) return wrong
  const { hrp } = NETWORKS[network]
  if (read.prefix !== hrp) return belongsTo(read.prefix, network)
  const coder = version === 0 ? bech32 : bech32m
  if (coder.decodeUnsafe(text) === undefined) return wrong
  const program = coder.fromWordsUnsafe(read.words.slice(1))
  const length = program instanceof Uint8Array ? program.length : 0
  if (version === 0) return length === 20 || length === 32 ? undefined : 'its length is wrong'
  if (version > 1) return `nobody can own what is sent to SegWit version ${version} yet`
  if (length !== 32 || !(program instanceof Uint8Array)) return 'its length is wrong'
  return isKey(program) ? undefined : 'no key in the world can spend what is sent to it'
}

/** Whether 32 bytes are the x coordinate of a point, as half of all numbers are. */
function isKey(x: Uint8Array): boolean {
  try {
    schnorr.utils.lift_x(secp256k1.Point.Fp.fromBytes(x))
    return true
  } catch {
    // It throws where there is no such point, which is an answer here.
    return false
  }
}

function problemOfLegacy(text: string, network: BitcoinNetwork): string | undefined {
  const bytes = decodeBase58check(text)
  const own = NETWORKS[network]
  const version = bytes?.length === 21 ? bytes[0] : undefined
  if (version === own.p2pkh || version === own.p2sh) return undefined
  const others = Object.values(NETWORKS)
  const other = others.find((one) => one.p2pkh === version || one.p2sh === version)
  if (other !== undefined) return belongsTo(other.hrp, network)
  const looksOwn = /^[123mn][1-9A-HJ-NP-Za-km-z]{25,34}$/.test(text) && bytes === undefined
  if (looksOwn) return 'its checksum is wrong (base58check): a character was mistyped'
  return otherNetwork(text, 'bip122') ?? 'it is not written like an address of Bitcoin'
}

function belongsTo(hrp: string, network: BitcoinNetwork): string {
  const [found] = Object.values(NETWORKS).filter((one) => one.hrp === hrp)
  return `it belongs to ${found?.name ?? 'another network'} of Bitcoin, and not to ${NETWORKS[network].name}`
}
