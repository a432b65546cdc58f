import { concatBytes } from '@noble/hashes/utils.js'

/** The value of a field: a whole number (varint), or bytes with their length in front. */
export type FieldValue = bigint | Uint8Array

/** A field of a message by its number. */
export type Field = readonly [number: number, value: FieldValue]

const VARINT = 0n
const BYTES = 2n
const VARINT_BYTES_MAX = 10

/**
 * A message of these fields, in their order. Zeros and empty bytes are left out, as proto3 does.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export const writeMessage = (fields: readonly Field[]): Uint8Array =>
  concatBytes(
    ...fields.flatMap(([number, value]) => {
      const place = BigInt(number) << 3n
      if (typeof value === 'bigint') {
        return value === 0n ? [] : [writeVarint(place | VARINT), writeVarint(value)]
      }
      if (value.length === 0) return []
      return [writeVarint(place | BYTES), writeVarint(BigInt(value.length)), value]
    }),
  )

function writeVarint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from([...bytes, Number(rest)])
}

/**
 * The fields of a message. It is no strict reader: of a field that comes twice the last counts, and
 * numbers may be longer than they must. Whoever needs one sense of the bytes writes what was read
 * again and compares.
 *
 * @returns undefined when the bytes are no message, or hold a field of another sort
 */
export function readMessage(bytes: Uint8Array): ReadonlyMap<number, FieldValue> | undefined {
  const fields = new Map<number, FieldValue>()
  const reader = { bytes, at: 0 }
  while (reader.at < bytes.length) {
    const tag = readVarint(reader)
    const value = tag === undefined ? undefined : readValue(reader, tag & 7n)
    if (tag === undefined || value === undefined) return undefined
    fields.set(Number(tag >> 3n), value)
  }
  return fields
}

type Reader = { readonly bytes: Uint8Array; at: number }

function readValue(reader: Reader, sort: bigint): FieldValue | undefined {
  const number = readVarint(reader)
  if (sort === VARINT || number === undefined) return number
  const end = BigInt(reader.at) + number
  if (sort !== BYTES || end > BigInt(reader.bytes.length)) return undefined
  const value = reader.bytes.slice(reader.at, Number(end))
  reader.at = Number(end)
  return value
}

function readVarint(reader: Reader): bigint | undefined {
  let value = 0n
  for (let place = 0; place < VARINT_BYTES_MAX; place += 1) {
    const byte = reader.bytes[reader.at]
    if (byte === undefined) return undefined
    reader.at += 1
    value |= BigInt(byte & 0x7f) << BigInt(7 * place)
    if (byte < 0x80) return value
  }
  return undefined
}
