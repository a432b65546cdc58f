import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { createByteReader } from './byte-reader.ts'

/**
 * A message or a transaction with the last block height at which it may be mined. The network
 * knows that height by the blockhash for some minutes only, so it has to be kept beside the bytes.
 */
export type Lasting = Readonly<{ lastValidBlockHeight: bigint; body: Uint8Array }>

const HEIGHT_BYTES = 8
const CHECK_BYTES = 4

/** A slot of a transaction, read back. */
export type LifetimeSlot = Readonly<{ blockhash: string; lastValidBlockHeight: bigint }>

const SLOT = /^blockhash:([1-9A-HJ-NP-Za-km-z]{32,44}):(0|[1-9]\d{0,19}):[0-9a-f]{64}$/

const heightBytes = (height: bigint): Uint8Array => {
  const bytes = new DataView(new ArrayBuffer(HEIGHT_BYTES))
  bytes.setBigUint64(0, height, true)
  return new Uint8Array(bytes.buffer)
}

const checkOf = (height: Uint8Array, body: Uint8Array): Uint8Array =>
  sha256(concatBytes(height, body)).subarray(0, CHECK_BYTES)

/**
 * The bytes in which both are handed on: the height (8 bytes, the low ones first), a check of all
 * the rest (4 bytes of SHA-256), then what goes over the wire. The signatures do not cover the
 * height, so the check keeps a damaged one from being believed.
 */
export function writeLasting({ lastValidBlockHeight, body }: Lasting): Uint8Array {
  const height = heightBytes(lastValidBlockHeight)
  return concatBytes(height, checkOf(height, body), body)
}

/** Reads both back. @throws RangeError saying what is wrong */
export function readLasting(bytes: Uint8Array): Lasting {
  const reader = createByteReader(bytes)
  const height = reader.take(HEIGHT_BYTES)
  const check = reader.take(CHECK_BYTES)
  const body = bytes.slice(HEIGHT_BYTES + CHECK_BYTES)
  const expected = checkOf(height, body)
  if (!check.every((byte, place) => byte === expected[place])) {
    throw new RangeError('its check is wrong')
  }
  const view = new DataView(height.buffer, height.byteOffset)
  return { lastValidBlockHeight: view.getBigUint64(0, true), body }
}

/**
 * What a message uses up: a place of its own, while its blockhash lasts. The network takes one
 * message once, so nothing else shares it.
 */
export const slotOf = ({ lastValidBlockHeight, body }: Lasting, blockhash: string): string =>
  `blockhash:${blockhash}:${lastValidBlockHeight}:${bytesToHex(sha256(body))}`

/** Reads a slot that `slotOf` wrote. @throws RangeError */
export function readSlot(slot: string): LifetimeSlot {
  const [, blockhash, height] = SLOT.exec(slot) ?? []
  if (blockhash === undefined || height === undefined) {
    throw new RangeError(`${slot} is no slot of Solana`)
  }
  return { blockhash, lastValidBlockHeight: BigInt(height) }
}
