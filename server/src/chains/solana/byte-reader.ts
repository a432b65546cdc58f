/** Reads bytes from the front; each verb throws RangeError when they are not there. */
export type ByteReader = Readonly<{
  byte: () => number
  /** So many bytes, as a copy of their own. */
  take: (length: number) => Uint8Array
  /** The length of a short vector, in its one shortest writing. */
  length: () => number
  /** Nothing may be left. */
  end: () => void
}>

const LENGTH_BYTES_MAX = 3
const LENGTH_MAX = 0xffff

/** A reader of these bytes, which stay as they are. */
export function createByteReader(bytes: Uint8Array): ByteReader {
  let place = 0
  const take = (length: number): Uint8Array => {
    if (place + length > bytes.length) throw new RangeError('it ends too early')
    place += length
    return bytes.slice(place - length, place)
  }
  const byte = (): number => take(1)[0] ?? 0
  const length = (): number => {
    let value = 0
    for (let read = 0; read < LENGTH_BYTES_MAX; read += 1) {
      const next = byte()
      value |= (next & 0x7f) << (7 * read)
      if (next > 0x7f) continue
      if ((next === 0 && read > 0) || value > LENGTH_MAX) break
      return value
    }
    throw new RangeError('it has a length in another writing')
  }
  return {
    byte,
    take,
    length,
    end: () => {
      if (place < bytes.length) throw new RangeError('it goes on behind its end')
    },
  }
}
