import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { networks } from '../money/registry.ts'
import { hashName } from './simulated/derive.ts'
import { txHashOf } from './tx-hash.ts'

const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const families = [...new Set(networks.map((one) => one.family))]
const anyFamily = fc.constantFrom(...families)

/** Planted fault: the text is taken as it was written. */
test('a hash is read in every spelling, and written as its chain writes it', () => {
  fc.assert(
    fc.property(anyFamily, anyHash, (family, hash) => {
      const name = hashName(family, hash)
      assert.equal(txHashOf(family, name), name)
      if (family === 'solana') return
      const digits = name.replace(/^0x/, '')
      const upper = digits.toUpperCase()
      for (const text of [digits, `0x${digits}`, upper, `0x${upper}`, `0X${upper}`]) {
        assert.equal(txHashOf(family, text), name)
      }
    }),
  )
})

test('what is no hash of a family is none', () => {
  const digits = 'a'.repeat(64)
  for (const family of families) {
    for (const text of ['', '0x', '0x1', `${digits}a`, ` ${digits}`, 'g'.repeat(64)]) {
      assert.equal(txHashOf(family, text), undefined, `${family} ${text}`)
    }
  }
  assert.equal(txHashOf('solana', digits), undefined)
  assert.equal(txHashOf('solana', `0x${digits}`), undefined)
})
