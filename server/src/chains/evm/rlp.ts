import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'

/** What RLP holds: bytes, or a list of the same. */
export type RlpItem = Uint8Array | readonly RlpItem[]

/** Transactions lie four deep at most. */
const DEPTH_MAX = 8

/**
 * Writes an item.
 * @see https://ethereum.org/en/developers/docs/data-structures-and-encoding/rlp/
 */
export function encodeRlp(item: RlpItem): Uint8Array {
  if (item instanceof Uint8Array) {
    const [first] = item
    if (item.length === 1 && first !== undefined && first < 0x80) return item
    return concatBytes(head(0x80, item.length), item)
  }
  const content = concatBytes(...item.map(encodeRlp))
  return concatBytes(head(0xc0, content.length), content)
}

/**
 * Reads the one item that bytes are, in the only way in which it can be written.
 * @throws RangeError for anything else
 */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const { item, end } = readItem(bytes, 0, 0)
  if (end !== bytes.length) throw new RangeError('there is more behind its end')
  return item
}

/** A whole number in as few bytes as hold it, in big-endian order; zero is no byte. */
export function bytesOfNumber(value: bigint): Uint8Array {
  const digits = value === 0n ? '' : value.toString(16)
  return hexToBytes(digits.padStart(digits.length + (digits.length % 2), '0'))
}

/** The number in bytes; leading zeros are refused. @throws RangeError */
export function numberOfBytes(bytes: Uint8Array): bigint {
  if (bytes.length > 32 || bytes[0] === 0) throw new RangeError('a number is not written plainly')
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`)
}

function head(offset: number, length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(offset + length)
  const size = bytesOfNumber(BigInt(length))
  return concatBytes(Uint8Array.of(offset + 55 + size.length), size)
}

type Read = Readonly<{ item: RlpItem; end: number }>

function readItem(bytes: Uint8Array, start: number, depth: number): Read {
  const first = bytes[start]
  if (first === undefined || depth > DEPTH_MAX) throw new RangeError('it ends too early')
  if (first < 0x80) return { item: bytes.subarray(start, start + 1), end: start + 1 }
  const isList = first >= 0xc0
  const short = first - (isList ? 0xc0 : 0x80)
  const sizeEnd = short < 56 ? start + 1 : start + 1 + short - 55
  const length = short < 56 ? short : longLength(bytes.subarray(start + 1, sizeEnd))
  const end = sizeEnd + length
  if (end > bytes.length) throw new RangeError('it ends too early')
  const content = bytes.subarray(sizeEnd, end)
  if (isList) return { item: readList(content, depth), end }
  const [only] = content
  if (content.length === 1 && only !== undefined && only < 0x80) {
    throw new RangeError('a byte is written in two')
  }
  return { item: content, end }
}

function longLength(size: Uint8Array): number {
  const length = numberOfBytes(size)
  if (length < 56n || length > 0xffffffn) throw new RangeError('a length is not written plainly')
  return Number(length)
}

function readList(content: Uint8Array, depth: number): readonly RlpItem[] {
  const items: RlpItem[] = []
  for (let place = 0; place < content.length;) {
    const { item, end } = readItem(content, place, depth + 1)
    items.push(item)
    place = end
  }
  return items
}
