/** What bytes are not: the message says what is wrong with them. Never leaves this folder. */
export class MalformedBytes extends Error {}

/** Reads bytes from the front, as Bitcoin writes numbers; beyond the end it throws MalformedBytes. */
export type ByteReader = Readonly<{
  /** How many bytes were read. */
  place: () => number
  take: (count: number) => Uint8Array
  /** Four bytes, little-endian. */
  u32: () => number
  /** Eight bytes, little-endian: an amount of satoshi. */
  u64: () => bigint
  /** A CompactSize, in its one shortest form; at most 2^32 - 1. */
  size: () => number
  /** A CompactSize and so many bytes. */
  sized: () => Uint8Array
  /** @throws MalformedBytes when anything is left */
  end: () => void
}>

/** Makes a reader; what it takes are views on the same bytes. */
export function readerOf(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let place = 0
  const forward = (count: number): number => {
    if (place + count > bytes.length) throw new MalformedBytes('they end too early')
    place += count
    return place - count
  }
  const take = (count: number): Uint8Array => {
    const start = forward(count)
    return bytes.subarray(start, start + count)
  }
  const u32 = (): number => view.getUint32(forward(4), true)
  const size = (): number => {
    const first = view.getUint8(forward(1))
    if (first < 0xfd) return first
    if (first === 0xff) throw new MalformedBytes('a length is too large')
    const wide = first === 0xfe
    const value = wide ? u32() : view.getUint16(forward(2), true)
    if (value < (wide ? 0x1_0000 : 0xfd))
      throw new MalformedBytes('a length is not written shortest')
    return value
  }
  return {
    place: () => place,
    take,
    u32,
    u64: () => view.getBigUint64(forward(8), true),
    size,
    sized: () => take(size()),
    end: () => {
      if (place !== bytes.length) throw new MalformedBytes('something follows behind their end')
    },
  }
}

/** A CompactSize in its shortest form. @param value 0 to 2^32 - 1 */
export function writeSize(value: number): Uint8Array {
  const width = value < 0xfd ? 1 : value < 0x1_0000 ? 3 : 5
  const view = new DataView(new ArrayBuffer(width))
  if (width === 1) view.setUint8(0, value)
  else {
    view.setUint8(0, width === 3 ? 0xfd : 0xfe)
    if (width === 3) view.setUint16(1, value, true)
    else view.setUint32(1, value, true)
  }
  return new Uint8Array(view.buffer)
}

/** Four bytes, little-endian. */
export function writeU32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value, true)
  return new Uint8Array(view.buffer)
}

/** Eight bytes, little-endian. */
export function writeU64(value: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, value, true)
  return new Uint8Array(view.buffer)
}
