import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exactMembers } from './generated/exact-members.ts'
import { readJson, writeJson } from './json.ts'

const digits = fc.stringMatching(/^[1-9][0-9]{0,39}$/)
const decimal = fc.tuple(digits, fc.stringMatching(/^[0-9]{1,30}$/)).map((two) => two.join('.'))
const number = fc.oneof(digits, decimal, fc.constantFrom('0', '0.1', '1e-8', '-2.50', '1E+30'))
const amountName = fc.constantFrom(...exactMembers.keys())

/** Seen to fail when the exact text was written from the number. */
test('every amount comes with its text, digit by digit as the API wrote it', () => {
  fc.assert(
    fc.property(number, amountName, fc.string(), (text, name, beside) => {
      const read = readJson<Record<string, unknown>>(
        `{"text": ${JSON.stringify(beside)}, "${name}" : ${text}, "list":[{"${name}":${text}}]}`,
      )
      const told = { [name]: Number(text), [`${name}_exact`]: text }
      assert.deepEqual(read, { text: beside, ...told, list: [told] })
    }),
  )
})

test('a number that a double cannot hold has its text beside it, whatever it is called', () => {
  const read = readJson<Record<string, unknown>>('{"new_in_v2":0.1234567890123456789,"page":2}')
  assert.equal(read['new_in_v2_exact'], '0.1234567890123456789')
  assert.equal('page_exact' in read, false)
  assert.deepEqual(readJson('{"amount_usd":null,"network_fee":null}'), {
    amount_usd: null,
    amount_usd_exact: null,
    network_fee: null,
  })
})

/** Seen to fail when `metadata` got members of ours. */
test('metadata stays the merchant’s own, and loses no digit either', () => {
  const metadata = '{"amount":1.50,"deep":[{"rate":2}],"order":12345678901234567890}'
  const read = readJson(`{"metadata":${metadata},"amount":"250.5"}`)
  const own = { amount: 1.5, deep: [{ rate: 2 }], order: '12345678901234567890' }
  assert.deepEqual(read, { metadata: own, amount: '250.5' })
})

/** Seen to fail when quotes behind backslashes ended a text. */
test('everything that is no amount is read as JSON.parse reads it', () => {
  const key = fc.string().map((text) => `_${text}`)
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
    list: fc.array(tie('value')),
    object: fc.dictionary(key, tie('value')),
  }))
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (one, space) => {
      const text = JSON.stringify(one, undefined, space)
      assert.deepEqual(readJson(text), JSON.parse(text))
    }),
  )
})

test('what is no JSON is refused', () => {
  for (const text of ['', '{', '{"amount":1.2.3}', '{"amount":01}', '{"a":1,}', '"\n"', 'nul']) {
    assert.throws(() => readJson(text), SyntaxError, text)
  }
})

test('an amount as a bigint is refused, since it would be taken for whole coins', () => {
  assert.throws(() => writeJson({ amount: 5n }), /decimal texts/)
  assert.throws(() => writeJson({ amount: Number.NaN }), /NaN/)
  assert.equal(writeJson({ amount: '0.000000000000000001' }), '{"amount":"0.000000000000000001"}')
})
