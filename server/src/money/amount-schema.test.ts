import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import {
  amountSchema,
  exactNumberSchema,
  positiveAmountSchema,
  wholeNumberSchema,
} from './amount-schema.ts'
import { exactNumber } from './json-number.ts'
import { readJson } from './json.ts'

const body = z.strictObject({ amount: amountSchema, fee: positiveAmountSchema.optional() })

test('an amount arrives exactly, as text or as a number, in its shortest writing', () => {
  const read = (text: string) => body.parse(readJson(text)).amount
  assert.equal(read('{"amount": 250.50}'), '250.5')
  assert.equal(read('{"amount": "250.50"}'), '250.5')
  assert.equal(read('{"amount": 1e-8}'), '0.00000001')
  assert.equal(read('{"amount": 0.1}'), '0.1')
  assert.equal(read('{"amount": 12345678901234567890.123456789}'), '12345678901234567890.123456789')
  assert.equal(read('{"amount": 0}'), '0')
})

const refused = [
  ['{}', 'amount', /required/],
  ['{"amount": null}', 'amount', /decimal number or its text/],
  ['{"amount": true}', 'amount', /decimal number or its text/],
  ['{"amount": {"text": "5"}}', 'amount', /decimal number or its text/],
  ['{"amount": ["5"]}', 'amount', /decimal number or its text/],
  ['{"amount": -1}', 'amount', /negative/],
  ['{"amount": ""}', 'amount', /empty/],
  ['{"amount": "1,5"}', 'amount', /separators/],
  ['{"amount": 1e400}', 'amount', /out of range/],
  ['{"amount": 1, "fee": 0}', 'fee', /more than 0/],
  ['{"amount": 1, "fee": "0.00"}', 'fee', /more than 0/],
] as const

for (const [text, param, message] of refused) {
  test(`the body ${text} is refused at ${param}, in words`, () => {
    const issues = body.safeParse(readJson(text)).error?.issues ?? []
    assert.equal(issues.length, 1)
    assert.deepEqual(issues[0]?.path, [param])
    assert.match(issues[0]?.message ?? '', message)
  })
}

test('a whole number is read within its bounds, and nothing near it', () => {
  const schema = wholeNumberSchema({ min: 1, max: 100 })
  for (const text of ['1', '100', '5.0', '5e0', '0.5e1'])
    assert.ok(schema.safeParse(readJson(text)).success)
  assert.equal(schema.parse(readJson('42')), 42)
  const near = ['0', '101', '1.5', '-1', '"5"', 'null', '1e400', '99.99999999999999999999', '1e99']
  for (const text of near) assert.ok(!schema.safeParse(readJson(text)).success, text)
})

test('the documentation shows what may be sent and what is answered', () => {
  const sent = z.toJSONSchema(body, { io: 'input' })
  assert.deepEqual(sent.required, ['amount'])
  assert.deepEqual(Object(sent.properties?.['amount']).type, ['string', 'number'])
  const answered = z.toJSONSchema(z.object({ rate: exactNumberSchema }), { unrepresentable: 'any' })
  assert.equal(Object(answered.properties?.['rate']).type, 'number')
  assert.ok(exactNumberSchema.safeParse(exactNumber('1.50')).success)
  assert.ok(!exactNumberSchema.safeParse(1.5).success)
})
