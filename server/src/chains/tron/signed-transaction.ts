import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { ChainId } from '../../money/units.ts'
import { RESULT_BYTES } from './facts.ts'
import { readMessage, writeMessage } from './protobuf.ts'
import { unreadable } from './raw-transaction.ts'

const SIGNATURE_BYTES = 65

/** The bytes that are broadcast. @param signature r, s and which of two keys: 65 bytes */
export const writeSigned = (raw: Uint8Array, signature: Uint8Array): Uint8Array =>
  writeMessage([
    [1, raw],
    [2, signature],
  ])

/**
 * Reads what is broadcast strictly: written again it must give the same bytes.
 *
 * @throws chain.transaction_not_readable
 */
export function readSigned(
  chain: ChainId,
  signed: Uint8Array,
): Readonly<{ raw: Uint8Array; signature: Uint8Array }> {
  const fields = readMessage(signed)
  const [raw, signature] = [fields?.get(1), fields?.get(2)]
  const isWhole = raw instanceof Uint8Array && signature instanceof Uint8Array
  if (!isWhole || signature.length !== SIGNATURE_BYTES) {
    throw unreadable(chain, 'they are no transaction with one signature')
  }
  if (bytesToHex(writeSigned(raw, signature)) !== bytesToHex(signed)) {
    throw unreadable(chain, 'they hold more than a transaction and its signature')
  }
  return { raw, signature }
}

/**
 * How much bandwidth a transaction uses up: its bytes with one signature, and its result's.
 *
 * @param rawBytes its length without signature
 */
export function bandwidthOf(rawBytes: number): bigint {
  const signed = writeSigned(new Uint8Array(rawBytes), new Uint8Array(SIGNATURE_BYTES))
  return BigInt(signed.length + RESULT_BYTES)
}

/** The name under which the chain knows a transaction. @param raw without signature */
export const txHashOf = (raw: Uint8Array): string => bytesToHex(sha256(raw))
