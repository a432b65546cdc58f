import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HDKey } from '@scure/bip32'
import fc from 'fast-check'
import { childPublicKey, INDEX_MAX, receivingKey } from './derivation.ts'

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const index = fc.oneof(
  fc.integer({ min: 0, max: INDEX_MAX }),
  fc.constantFrom(0, 1, 255, 256, INDEX_MAX),
)

/** Planted fault: the index written as little-endian. */
test('a derived key is the one that a general BIP-32 library derives', () => {
  fc.assert(
    fc.property(seed, fc.array(index, { minLength: 1, maxLength: 5 }), (bytes, indexes) => {
      const account = HDKey.fromMasterSeed(bytes).derive("m/44'/60'/1'")
      const parent = receivingKey(account.publicExtendedKey)
      for (const one of indexes) {
        const expected = account.deriveChild(0).deriveChild(one).publicKey
        assert.deepEqual(childPublicKey(parent, one), expected)
      }
    }),
    { numRuns: 50 },
  )
})

test('the last index has a key, and the one after it is refused', () => {
  const xpub = HDKey.fromMasterSeed(new Uint8Array(32).fill(1)).publicExtendedKey
  const parent = receivingKey(xpub)
  assert.equal(childPublicKey(parent, INDEX_MAX).length, 33)
  assert.throws(() => childPublicKey(parent, 2 ** 32))
})
