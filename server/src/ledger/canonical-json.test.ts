import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './canonical-json.ts'
import type { JsonValue } from './transfer.ts'

// The examples of RFC 8785, sections 3.2.2 to 3.2.4 and appendix B, read 2026-11-20.

test('the examples of RFC 8785 give the texts that it shows', () => {
  const sample = {
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonicalJson(sample),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const names = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  assert.deepEqual(
    [...canonicalJson(names).matchAll(/:"([A-Z]\w+)/g)].map((match) => match[1]),
    ['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew'],
  )
  const numbers = [-0, 5e-324, 1.7976931348623157e308, 9007199254740992, 1e21, 1e23, 1e-7]
  assert.equal(
    canonicalJson(numbers),
    '[0,5e-324,1.7976931348623157e+308,9007199254740992,1e+21,1e+23,1e-7]',
  )
})

/** Seen to fail on a planted fault: members left in the order in which they came. */
test('the same value has one text, however its members are ordered, and reads back as itself', () => {
  const anyJson = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<JsonValue>
  fc.assert(
    fc.property(anyJson, (value) => {
      const text = canonicalJson(value)
      const read = JSON.parse(text) as JsonValue
      assert.equal(canonicalJson(read), text)
      assert.equal(canonicalJson(shuffled(value)), text)
    }),
  )
})

const shuffled = (value: JsonValue): JsonValue =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([name, member]) => [name, shuffled(member)])
          .reverse(),
      )
    : value

test('what JSON cannot hold has no canonical text', () => {
  for (const value of [Number.NaN, Infinity, '\ud800', { '\udfff': 1 }]) {
    assert.throws(() => canonicalJson(value), TypeError)
  }
})
