import { createHash, timingSafeEqual } from 'node:crypto'

// What ends the archive: a "skippable frame" of zstd, which holds the SHA-256 of all before it.
// Other programs that read zstd pass over it. @see RFC 8878, 3.1.2
const MAGIC = Buffer.from([0x50, 0x2a, 0x4d, 0x18])
const HASH_BYTES = 32
const FRAME_BYTES = 8 + HASH_BYTES

/** The bytes, and behind them the seal. */
export async function* sealed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  const length = Buffer.alloc(4)
  length.writeUInt32LE(HASH_BYTES)
  yield Buffer.concat([MAGIC, length, hash.digest()])
}

/**
 * The bytes without the seal, which is compared when all of them went by.
 * @throws RangeError when it does not fit, or is not there
 */
export async function* unsealed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const all = Buffer.concat([held, chunk])
    const free = Math.max(0, all.length - FRAME_BYTES)
    held = all.subarray(free)
    if (free === 0) continue
    const passed = all.subarray(0, free)
    hash.update(passed)
    yield passed
  }
  const expected = Buffer.alloc(4)
  expected.writeUInt32LE(HASH_BYTES)
  const begins = Buffer.concat([MAGIC, expected])
  const isSeal = held.length === FRAME_BYTES && held.subarray(0, begins.length).equals(begins)
  if (!isSeal) throw new RangeError('its end is missing')
  if (!timingSafeEqual(held.subarray(begins.length), hash.digest())) {
    throw new RangeError('a byte differs from what was written')
  }
}
