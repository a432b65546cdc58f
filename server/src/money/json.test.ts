import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError, isError } from '../errors/app-error.ts'
import { exactNumber, isJsonNumber } from './json-number.ts'
import { readJson, writeJson } from './json.ts'

const anyJson = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' })

test('whatever is written can be read again, by us and by the platform', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const text = writeJson(value)
      assert.equal(text, JSON.stringify(value))
      if (!text.includes('\\ud')) assert.equal(writeJson(readJson(text)), text)
    }),
    { numRuns: 500 },
  )
})

/** Fault seen to fail it: numbers made from `Number(text)`. */
test('a number keeps every character of its source on the way in and out', () => {
  const texts = ['0.1', '1e-8', '100.50', '-0', '1E400', '12345678901234567890.000000000000000001']
  for (const text of texts) {
    const number = readJson(text)
    assert.ok(isJsonNumber(number))
    assert.equal(number.text, text)
    assert.equal(writeJson({ amount: number }), `{"amount":${text}}`)
    assert.equal(JSON.stringify({ amount: number }), `{"amount":${text}}`)
  }
})

/** Fault seen to fail it: numbers recognized by their `text` member. */
test('no body can pass an object for a number', () => {
  for (const text of ['{"text":"5"}', '{"text":"5","toJSON":null}', '{"__proto__":{"text":"5"}}']) {
    const value = readJson(text)
    assert.ok(!isJsonNumber(value))
    assert.equal(writeJson(value), text)
  }
})

const refused: readonly (readonly [text: string, problem: RegExp, line: number, column: number])[] =
  [
    ['', /a value is missing/, 1, 1],
    ['{"a":1,"a":2}', /"a" appears twice/, 1, 8],
    ['{"a":1,"b":{"c":1,"\\u0063":2}}', /"c" appears twice/, 1, 19],
    ['{\n  "a": 1,\n  "b": oops\n}', /a value is missing/, 3, 8],
    ['[1,]', /a value is missing/, 1, 4],
    ['{"a":1,}', /a member name/, 1, 8],
    ['[1 2]', /a comma or the end of the array/, 1, 4],
    ['{"a" 1}', /a colon/, 1, 6],
    ['01', /after the end/, 1, 2],
    ['1.', /after the end/, 1, 2],
    ['+1', /a value is missing/, 1, 1],
    ['NaN', /a value is missing/, 1, 1],
    ['"a\nb"', /a control character/, 1, 3],
    ['"abc', /the end of the text/, 1, 5],
    ['"\\x41"', /an unknown escape/, 1, 3],
    ['"\\u12g4"', /four hexadecimal digits/, 1, 4],
    ['"\\ud83d"', /half of a surrogate pair/, 1, 1],
    ['["\\ude00\\ud83d"]', /half of a surrogate pair/, 1, 2],
    ['["ok", "\ud83d"]', /half of a surrogate pair/, 1, 9],
    ['\ufeff{}', /a value is missing/, 1, 1],
    ['{} x', /after the end/, 1, 4],
    ['[1]\u00a0', /after the end/, 1, 4],
    ['true false', /after the end/, 1, 6],
  ]

for (const [text, problem, line, column] of refused) {
  test(`${JSON.stringify(text)} is refused at line ${line}, column ${column}`, () => {
    assert.throws(
      () => readJson(text),
      (error) => {
        assert.ok(isError(error, 'money.json_invalid'))
        assert.match(error.context.problem, problem)
        assert.deepEqual([error.context.line, error.context.column], [line, column])
        return true
      },
    )
  })
}

test('nesting is read 64 deep and not deeper, whatever it is made of', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`
    assert.equal(writeJson(readJson(deep(64))), deep(64))
    for (const tooDeep of [deep(65), `[[],{},[],${deep(64)}]`, `{"a":{},"b":[],"c":${deep(64)}}`]) {
      assert.throws(
        () => readJson(tooDeep),
        (error) => isError(error, 'money.json_invalid') && /deeper/.test(error.message),
      )
    }
    assert.throws(() => readJson(open.repeat(1_000_000)), AppError)
  }
  const wide = `[${'[],{},'.repeat(200)}0]`
  assert.equal(writeJson(readJson(wide)), wide)
})

test('names that matter to JavaScript are members like any other', () => {
  const text = '{"__proto__":{"admin":true},"constructor":1,"toString":2,"hasOwnProperty":3}'
  const value = readJson(text)
  assert.equal(writeJson(value), text)
  assert.equal(Reflect.get(Object(value), 'admin'), undefined)
  assert.equal(Reflect.get({}, 'admin'), undefined)
  assert.throws(() => readJson('{"__proto__":1,"__proto__":2}'), /appears twice/)
})

test('whole units, exact numbers and absent members are written as an answer needs them', () => {
  const answer = {
    units: 10n ** 30n,
    rate: exactNumber('65000.50'),
    count: 3,
    absent: undefined,
    list: [undefined, null, -1n],
  }
  assert.equal(
    writeJson(answer),
    '{"units":1000000000000000000000000000000,"rate":65000.50,"count":3,"list":[null,null,-1]}',
  )
})

test('what has no exact JSON is a bug and never written', () => {
  const cycle: unknown[] = []
  cycle.push(cycle)
  const bugs = [
    undefined,
    Number.NaN,
    Infinity,
    () => 1,
    Symbol('x'),
    new Date(0),
    new Map(),
    cycle,
  ]
  for (const bug of bugs) assert.throws(() => writeJson(bug), TypeError)
  for (const text of ['0', '-0', '10', '0.5', '1e5', '-1.50E+3']) {
    assert.equal(exactNumber(text).text, text)
  }
  for (const text of ['', ' 1', '1 ', '01', 'NaN', '1.', '0x1', '"1"', '1n']) {
    assert.throws(() => exactNumber(text), RangeError)
  }
})
