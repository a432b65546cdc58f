import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { TRON_PREFIX } from './address.ts'

const TRANSFER = 'a9059cbb'
const WORD_BYTES = 32
const CALL_BYTES = 4 + 2 * WORD_BYTES
const PREFIX = TRON_PREFIX.toString(16)

/** What a token is asked to do. */
export type TokenPayment = Readonly<{ to: Uint8Array; units: bigint }>

/**
 * The call data that lets a token pay.
 *
 * @param payment its address with the prefix, 21 bytes, which the call leaves out; units < 2^256
 */
export function transferCall({ to, units }: TokenPayment): Uint8Array {
  const address = bytesToHex(to.subarray(1)).padStart(2 * WORD_BYTES, '0')
  return hexToBytes(`${TRANSFER}${address}${units.toString(16).padStart(2 * WORD_BYTES, '0')}`)
}

/** The payment that call data asks for; undefined unless it is exactly one `transfer`. */
export function readTransferCall(data: Uint8Array): TokenPayment | undefined {
  if (data.length !== CALL_BYTES) return undefined
  const account = data.subarray(4 + WORD_BYTES - 20, 4 + WORD_BYTES)
  const to = concatBytes(Uint8Array.of(TRON_PREFIX), account)
  const units = BigInt(`0x${bytesToHex(data.subarray(4 + WORD_BYTES))}`)
  return bytesToHex(transferCall({ to, units })) === bytesToHex(data) ? { to, units } : undefined
}

/**
 * An account as logs and calls write it, `0x` and 40 digits in lower case.
 *
 * @param hex as nodes write it: 21 bytes, the prefix in front
 */
export const accountOfHex = (hex: string): string => `0x${hex.slice(PREFIX.length)}`

/** An account as nodes write it: 21 bytes in hexadecimal. @param account `0x` and 40 digits */
export const hexOfAccount = (account: string): string => `${PREFIX}${account.slice(2)}`
