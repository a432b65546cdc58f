import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { openKeystore, readSignerKey, sealKeystore } from './keystore.ts'

const places = { keystore: 'keystore.json', key: 'signer.key' }
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

test('a keystore opens with the key that sealed it, and says nothing without', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), bytes(28), (entropy, key, chance) => {
      const text = sealKeystore(entropy, key, chance)
      assert.deepEqual(openKeystore(text, key, places), Buffer.from(entropy))
      assert.ok(!text.includes(Buffer.from(entropy).toString('hex')))
      assert.ok(!text.includes(Buffer.from(key).toString('hex')))
    }),
    { numRuns: 200 },
  )
})

/** Planted fault: `keyCheck` is not compared (the refusal then is `keystore_damaged`). */
test('another key is refused as another key', () => {
  const text = sealKeystore(randomBytes(32), randomBytes(32), randomBytes(28))
  assert.throws(
    () => openKeystore(text, randomBytes(32), places),
    (error) =>
      isError(error, 'signer.key_differs') &&
      error.context.where === 'signer.key' &&
      !/[0-9a-f]{32}/.test(error.message),
  )
})

/** Planted fault: the authentication tag is not set before `final`. */
test('one changed digit anywhere in a keystore is noticed', () => {
  const key = randomBytes(32)
  const text = sealKeystore(randomBytes(32), key, randomBytes(28))
  const digits = [...text.matchAll(/[0-9a-f](?=[0-9a-f]*")/g)].map((match) => match.index)
  const quoted = digits.filter((index) => text.slice(0, index).includes('"salt": "'))
  for (const index of quoted) {
    const changed = text[index] === '0' ? '1' : '0'
    const broken = text.slice(0, index) + changed + text.slice(index + 1)
    assert.throws(
      () => openKeystore(broken, key, places),
      (error) => isError(error, 'signer.key_differs') || isError(error, 'signer.keystore_damaged'),
    )
  }
})

test('a keystore of a later form is not called damaged', () => {
  const key = randomBytes(32)
  const text = sealKeystore(randomBytes(32), key, randomBytes(28))
  assert.throws(
    () => openKeystore(text.replace('"version": 1', '"version": 2'), key, places),
    (error) => isError(error, 'signer.keystore_newer') && error.context.found === 2,
  )
  for (const broken of ['', '{}', text.slice(0, 100), 'null'])
    assert.throws(
      () => openKeystore(broken, key, places),
      (error) => isError(error, 'signer.keystore_damaged'),
    )
})

test('a signer key is 64 hex digits, and a refused one is not repeated', () => {
  const digits = 'A1'.repeat(32)
  assert.deepEqual(readSignerKey(` ${digits}\n`, 'here'), Buffer.from(digits, 'hex'))
  for (const text of ['', digits.slice(1), `${digits}0`, 'x'.repeat(64)]) {
    assert.throws(
      () => readSignerKey(text, 'here'),
      (error) =>
        isError(error, 'signer.key_not_readable') &&
        (text === '' || !error.message.includes(text.slice(0, 32))),
    )
  }
})
