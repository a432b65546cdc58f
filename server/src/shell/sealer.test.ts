import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { createSealer } from './sealer.ts'

const key = new Uint8Array(32).fill(7)

test('what is sealed opens to the same text, and never twice to the same bytes', () => {
  const sealer = createSealer(key)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      const [one, two] = [
        sealer.seal('api_key.secret', plain),
        sealer.seal('api_key.secret', plain),
      ]
      assert.equal(sealer.open('api_key.secret', one), plain)
      assert.notDeepEqual(one, two)
    }),
  )
})

/** Seen to fail without the additional data (a value moved to another column opened). */
test('a sealed value opens with no other key, for no other purpose and with no byte changed', () => {
  const sealer = createSealer(key)
  const sealed = sealer.seal('api_key.secret', 'sk_test_1')
  const broken = (open: () => string): void =>
    assert.throws(open, (error) => isError(error, 'shell.seal_broken'))
  broken(() => createSealer(new Uint8Array(32).fill(8)).open('api_key.secret', sealed))
  broken(() => sealer.open('webhook.secret', sealed))
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8((sealed[index] ?? 0) ^ 1, index)
    broken(() => sealer.open('api_key.secret', changed))
  }
  broken(() => sealer.open('api_key.secret', sealed.subarray(0, 5)))
})

test('a secret is found again by its keyed hash, which another key does not share', () => {
  const [one, other] = [createSealer(key), createSealer(new Uint8Array(32).fill(8))]
  assert.deepEqual(one.lookupHash('api_key', 'a'), one.lookupHash('api_key', 'a'))
  assert.notDeepEqual(one.lookupHash('api_key', 'a'), one.lookupHash('api_key', 'b'))
  assert.notDeepEqual(one.lookupHash('api_key', 'a'), other.lookupHash('api_key', 'a'))
})
