/** Thrown where bytes are not what they should be; whoever reads turns it into a refusal. */
export class NotScale extends Error {
  override name = 'NotScale'
}

/** Reads bytes from the front; what is left over at the end is refused. */
export type ScaleReader = Readonly<{
  take: (length: number) => Uint8Array
  u8: () => number
  u16: () => number
  u32: () => number
  /** A compact whole number in its one shortest form, of at most 128 bits. */
  compact: () => bigint
  end: () => void
}>

const SMALL = 2n ** 6n
const MEDIUM = 2n ** 14n
const LARGE = 2n ** 30n
const BYTES_MAX = 16

/**
 * A reader of SCALE, as far as transfers need it. Every verb throws `NotScale` where the bytes end
 * too early or are not in their one canonical form.
 *
 * @see https://docs.polkadot.com/polkadot-protocol/parachain-basics/data-encoding/
 */
export function scaleReader(bytes: Uint8Array): ScaleReader {
  const view = Buffer.from(bytes)
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > view.length) throw new NotScale('they end too early')
    return view.subarray(at, (at += length))
  }
  const number = (length: number): bigint =>
    BigInt(`0x${Buffer.from(take(length)).reverse().toString('hex')}`)
  return {
    take,
    u8: () => take(1).readUInt8(),
    u16: () => take(2).readUInt16LE(),
    u32: () => take(4).readUInt32LE(),
    compact: () => {
      const mode = (view[at] ?? 0) & 3
      const start = at
      const length = 1 << mode
      const value = mode < 3 ? number(length) >> 2n : number((take(1).readUInt8() >> 2) + 4)
      const canonical = Buffer.from(compact(value))
      if (canonical.equals(view.subarray(start, at))) return value
      throw new NotScale('a number is not in its shortest form')
    },
    end: () => {
      if (at !== view.length) throw new NotScale('they go on behind their end')
    },
  }
}

/** The compact form of a whole number of at most 128 bits. */
export function compact(value: bigint): Uint8Array {
  if (value < SMALL) return littleEndian(value << 2n, 1)
  if (value < MEDIUM) return littleEndian((value << 2n) | 1n, 2)
  if (value < LARGE) return littleEndian((value << 2n) | 2n, 4)
  const digits = value.toString(16)
  const length = Math.ceil(digits.length / 2)
  if (length > BYTES_MAX) throw new NotScale('a number is too large')
  return Buffer.concat([Uint8Array.of(((length - 4) << 2) | 3), littleEndian(value, length)])
}

/** A whole number in so many bytes, the lowest first. */
export const littleEndian = (value: bigint, length: number): Uint8Array =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex').reverse()
