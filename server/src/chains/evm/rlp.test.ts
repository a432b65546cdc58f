import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { toRlp } from 'viem'
import { bytesOfNumber, decodeRlp, encodeRlp, numberOfBytes, type RlpItem } from './rlp.ts'

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 300 }))
const { item: anyItem } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof({ maxDepth: 5 }, anyBytes, fc.array(tie('item'), { maxLength: 6 })),
}))

const sameAs = (item: RlpItem): unknown =>
  item instanceof Uint8Array ? Buffer.from(item) : item.map(sameAs)

test('what is written is read again, and another library writes the same', () => {
  fc.assert(
    fc.property(anyItem, (item) => {
      const bytes = encodeRlp(item)
      assert.deepEqual(sameAs(decodeRlp(bytes)), sameAs(item))
      assert.equal(`0x${bytesToHex(bytes)}`, toRlp(mutable(item), 'hex'))
    }),
  )
})

type Mutable = Uint8Array | Mutable[]
const mutable = (item: RlpItem): Mutable => (item instanceof Uint8Array ? item : item.map(mutable))

/** Seen to fail where a length could be written in more bytes than it needs. */
test('bytes that are read are the only ones that mean what is read', () => {
  const anyTouched = fc.tuple(anyItem, fc.nat(), fc.nat(255)).map(([item, place, byte]) => {
    const bytes = encodeRlp(item).slice()
    bytes[place % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(anyTouched, fc.uint8Array({ maxLength: 12 })), (bytes) => {
      let item: RlpItem
      try {
        item = decodeRlp(bytes)
      } catch (error) {
        return assert.ok(error instanceof RangeError)
      }
      assert.deepEqual(Buffer.from(encodeRlp(item)), Buffer.from(bytes))
    }),
    { numRuns: 3_000 },
  )
  const wrong = [
    '',
    '8100',
    '817f',
    'b800',
    'b80101',
    'b8020102',
    'f8020102',
    'b90001',
    'f800',
    'c1',
    'c0c0',
    '8000',
    'bf',
  ]
  for (const text of [...wrong, 'bfffffffffffffffff', 'c180'.repeat(2), 'c1'.repeat(300)]) {
    assert.throws(() => decodeRlp(Buffer.from(text, 'hex')), RangeError, text)
  }
})

test('a number has no zeros in front, and zero no byte', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) =>
      assert.equal(numberOfBytes(bytesOfNumber(value)), value),
    ),
  )
  assert.equal(bytesOfNumber(0n).length, 0)
  for (const bytes of [Uint8Array.of(0), Uint8Array.of(0, 1), new Uint8Array(33).fill(1)]) {
    assert.throws(() => numberOfBytes(bytes), RangeError)
  }
})
