import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readAnswerJson } from './answer-json.ts'

test('a number that a float would change keeps what was written', () => {
  const read = readAnswerJson(
    '{"a":0.10000000,"b":[9007199254740993,-18446744073709551616],"c":1e3,"d":7,"e":-0.5,"f":"1.0"}',
  )
  assert.deepEqual(read, {
    a: '0.10000000',
    b: [9007199254740993n, -18446744073709551616n],
    c: '1e3',
    d: 7,
    e: '-0.5',
    f: '1.0',
  })
})

/** Seen to fail where the reviver was left out. */
test('whole numbers of any size are read exactly, small ones as numbers', () => {
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      const read = readAnswerJson(`[${value}]`)
      const isSmall = value === BigInt.asIntN(54, value) && Number.isSafeInteger(Number(value))
      assert.deepEqual(read, [isSmall ? Number(value) : value])
    }),
  )
})

test('all else is read as JSON, and what is no JSON is undefined', () => {
  const values = [fc.string(), fc.boolean(), fc.constant(null), fc.integer()]
  fc.assert(
    fc.property(fc.object({ values }), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(readAnswerJson(text), JSON.parse(text))
    }),
  )
  for (const text of ['', '<html>', '{"a":1', '{"a":01}', 'nul', '[1,]']) {
    assert.equal(readAnswerJson(text), undefined)
  }
})
