import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The digit of a value from 0 to 31. */
export const c32digit = (value: number): string => DIGITS.charAt(value)

/** Bytes as one number in base 32, with a `0` in front for each leading zero byte. */
export function c32encode(bytes: Uint8Array): string {
  let text = ''
  for (let rest = BigInt(`0x0${bytesToHex(bytes)}`); rest > 0n; rest /= 32n) {
    text = DIGITS.charAt(Number(rest % 32n)) + text
  }
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '0'.repeat(zeros < 0 ? bytes.length : zeros) + text
}

/** The bytes of an upper-case text; undefined where a character is no digit. */
export function c32decode(text: string): Uint8Array | undefined {
  let value = 0n
  for (const character of text) {
    const digit = DIGITS.indexOf(character)
    if (digit < 0) return undefined
    value = value * 32n + BigInt(digit)
  }
  const zeros = text.length - text.replace(/^0+/, '').length
  const digits = value === 0n ? '' : value.toString(16)
  return hexToBytes('00'.repeat(zeros) + digits.padStart(digits.length + (digits.length % 2), '0'))
}
