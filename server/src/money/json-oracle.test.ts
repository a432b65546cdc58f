import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { readJson, type JsonValue } from './json.ts'

const spread = (...texts: readonly string[]) => fc.constantFrom(...texts)

/** Words of JSON, most of them right, and the usual ways to write them wrong. */
const anyWord = fc.oneof(
  {
    weight: 3,
    arbitrary: spread('0', '-1.5e-7', 'true', 'false', 'null', '"x"', '""', '[]', '{}'),
  },
  {
    weight: 1,
    arbitrary: spread('01', '1.', '.5', '-', '+1', '1e', 'NaN', 'True', 'nul', "'x'", ''),
  },
  {
    weight: 3,
    arbitrary: spread('"\\n"', '"\\b\\f\\r\\t"', '"\\/\\\\\\""', '"\\u00e9"', '"\\ud83d\\ude00"'),
  },
  { weight: 1, arbitrary: spread('"\n"', '"\t"', '"\\x"', '"\\u12g4"', '"\\ud83d"', '"\\', '"') },
)
/** Names of members: few, so that an object often has one twice, also in another writing. */
const anyName = spread('"a"', '"\\u0061"', '"b"', '"__proto__"', '""', '"a"', 'a')
const anySpace = spread('', '', '', ' ', '\n', '\t\r', '\u00a0')
const anyComma = spread(',', ',', ',', ',', ', ', ' ,', ',,', ' ', '')
const anyEnd = spread('', '', '', '', ',', ']', '}', ' ')
const anyColon = spread(':', ':', ':', ': ', '', '::', ' ')

/** Arrays and objects of such words, with commas, colons and ends that are mostly right. */
const anySloppy = fc.letrec<{ value: string }>((tie) => {
  const items = (item: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.array(item, { maxLength: 3 }), anyComma, anyEnd)
      .map(([all, comma, end]) => `${all.join(comma)}${end}`)
  const member = fc.tuple(anyName, anyColon, tie('value')).map((parts) => parts.join(''))
  const array = items(tie('value')).map((inside) => `[${inside}]`)
  const object = items(member).map((inside) => `{${inside}}`)
  const nested = fc.oneof({ maxDepth: 2 }, anyWord, array, object)
  return { value: fc.tuple(anySpace, nested, anySpace).map((parts) => parts.join('')) }
}).value

/** A JSON text with one to three characters exchanged, taken out or put in. */
const anyDamaged = fc
  .tuple(
    fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.constant('{"a":[1.5e-7,"x\\u00e9",true],"b":{"c":null}}'),
    ),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', '+', ' '),
        fc.nat({ max: 2 }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, edits]) => edits.reduce(damage, text))

/**
 * The platform's own parser is the oracle.
 * Faults seen to fail it: a leading zero let through, a comma before the end let through, an
 * escape read as its letter, a control character let through, text after the value ignored.
 */
test('what is read, and what is refused, is what the platform reads and refuses', () => {
  fc.assert(
    fc.property(fc.oneof(anySloppy, anyDamaged, fc.json(), fc.string()), (text) => {
      const expected = expectedOf(text)
      const actual = outcomeOf(text)
      if (actual.kind === 'read' && expected.kind === 'read') {
        assert.deepEqual(plain(actual.value), expected.value)
      }
      assert.equal(actual.kind, expected.kind, text)
    }),
    { numRuns: 4_000 },
  )
})

type Outcome = { kind: 'read'; value: unknown } | { kind: 'refused' }

function outcomeOf(text: string): { kind: 'read'; value: JsonValue } | { kind: 'refused' } {
  try {
    return { kind: 'read', value: readJson(text) }
  } catch (error) {
    if (isError(error, 'money.json_invalid')) return { kind: 'refused' }
    throw error
  }
}

/** What the platform says, and beyond it our refusal of doubled members and halved pairs. */
function expectedOf(text: string): Outcome {
  try {
    const value: unknown = JSON.parse(text)
    const { members, texts } = contentsOf(value)
    const isDoubled = members.length !== membersInSource(text)
    const isWhole = [...members, ...texts].every((one) => one.isWellFormed())
    return isWhole && !isDoubled ? { kind: 'read', value } : { kind: 'refused' }
  } catch {
    return { kind: 'refused' }
  }
}

/** Counts member names with another tokenizer; the platform keeps one of two equal ones. */
const membersInSource = (text: string): number =>
  (text.match(/"(?:[^"\\]|\\.)*"\s*:?/g) ?? []).filter((token) => token.endsWith(':')).length

type Contents = { members: string[]; texts: string[] }

function contentsOf(value: unknown, into: Contents = { members: [], texts: [] }): Contents {
  if (typeof value === 'string') into.texts.push(value)
  if (typeof value !== 'object' || value === null) return into
  if (!Array.isArray(value)) into.members.push(...Object.keys(value))
  for (const item of Object.values(value)) contentsOf(item, into)
  return into
}

const plain = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value))

function damage(text: string, [at, character, cut]: [number, string, number]): string {
  const place = text.length === 0 ? 0 : at % (text.length + 1)
  return text.slice(0, place) + character + text.slice(place + cut)
}
