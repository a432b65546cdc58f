import { AppError } from '../errors/app-error.ts'
import { isJsonNumber, numberOfSource, type JsonNumber } from './json-number.ts'

/** What JSON can say, with numbers as their source text. Objects have no prototype. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject

/** An object of a JSON text. */
export type JsonObject = { readonly [member: string]: JsonValue }

/** Deepest nesting of arrays and objects that is read. */
export const JSON_DEPTH_MAX = 64

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// A run of characters that mean themselves; controls must be escaped (RFC 8259 §7).
const PLAIN = /[^"\\\u0000-\u001f]*/y
const HEX4 = /[0-9a-fA-F]{4}/y

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

type Reader = { readonly text: string; at: number; depth: number }

/**
 * Reads one JSON text strictly (RFC 8259). Numbers keep their source text. Refused besides what
 * the grammar refuses: a member that appears twice (readers disagree on which one counts), a lone
 * surrogate, and nesting beyond 64.
 *
 * @throws money.json_invalid with line and column, counted from 1
 */
export function readJson(text: string): JsonValue {
  const reader: Reader = { text, at: 0, depth: 0 }
  if (!text.isWellFormed()) {
    reader.at = text.search(/\p{Surrogate}/u)
    throw refusal(reader, 'half of a surrogate pair')
  }
  skipSpace(reader)
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw refusal(reader, 'something after the end of the value')
  return value
}

function readValue(reader: Reader): JsonValue {
  switch (reader.text[reader.at]) {
    case '{':
      return nested(reader, readObject)
    case '[':
      return nested(reader, readArray)
    case '"':
      return readString(reader)
    case 't':
      return readWord(reader, 'true', true)
    case 'f':
      return readWord(reader, 'false', false)
    case 'n':
      return readWord(reader, 'null', null)
    default:
      return readNumber(reader)
  }
}

function nested<Value>(reader: Reader, read: (reader: Reader) => Value): Value {
  reader.depth += 1
  if (reader.depth > JSON_DEPTH_MAX) throw refusal(reader, 'nesting deeper than 64')
  reader.at += 1
  skipSpace(reader)
  const value = read(reader)
  reader.depth -= 1
  return value
}

function readObject(reader: Reader): JsonObject {
  const object: { [member: string]: JsonValue } = Object.create(null)
  if (takes(reader, '}')) return object
  do {
    skipSpace(reader)
    const start = reader.at
    if (reader.text[start] !== '"') throw refusal(reader, 'a member name in quotes is missing')
    const member = readString(reader)
    if (member in object) {
      reader.at = start
      throw refusal(reader, `the member ${JSON.stringify(member.slice(0, 60))} appears twice`)
    }
    skipSpace(reader)
    if (!takes(reader, ':')) throw refusal(reader, 'a colon is missing')
    skipSpace(reader)
    object[member] = readValue(reader)
    skipSpace(reader)
  } while (takes(reader, ','))
  if (!takes(reader, '}')) throw refusal(reader, 'a comma or the end of the object is missing')
  return object
}

function readArray(reader: Reader): readonly JsonValue[] {
  const array: JsonValue[] = []
  if (takes(reader, ']')) return array
  do {
    skipSpace(reader)
    array.push(readValue(reader))
    skipSpace(reader)
  } while (takes(reader, ','))
  if (!takes(reader, ']')) throw refusal(reader, 'a comma or the end of the array is missing')
  return array
}

function readString(reader: Reader): string {
  const start = reader.at
  reader.at += 1
  let value = matched(reader, PLAIN)
  while (!takes(reader, '"')) {
    value += readEscape(reader)
    value += matched(reader, PLAIN)
  }
  if (value.isWellFormed()) return value
  reader.at = start
  throw refusal(reader, 'half of a surrogate pair')
}

function readEscape(reader: Reader): string {
  if (reader.at >= reader.text.length) throw refusal(reader, 'the end of the text is missing')
  if (!takes(reader, '\\')) throw refusal(reader, 'a control character is not escaped')
  if (takes(reader, 'u')) {
    const digits = matched(reader, HEX4)
    if (digits === '') throw refusal(reader, 'four hexadecimal digits are missing')
    return String.fromCharCode(Number.parseInt(digits, 16))
  }
  const meaning = ESCAPES.get(reader.text[reader.at] ?? '')
  if (meaning === undefined) throw refusal(reader, 'an unknown escape')
  reader.at += 1
  return meaning
}

function readNumber(reader: Reader): JsonNumber {
  const text = matched(reader, NUMBER)
  if (text === '') throw refusal(reader, 'a value is missing')
  return numberOfSource(text)
}

function readWord<Value>(reader: Reader, word: string, value: Value): Value {
  if (!reader.text.startsWith(word, reader.at)) throw refusal(reader, 'a value is missing')
  reader.at += word.length
  return value
}

function matched(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at
  const [text = ''] = pattern.exec(reader.text) ?? []
  reader.at += text.length
  return text
}

function takes(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false
  reader.at += 1
  return true
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    reader.at += 1
  }
}

function refusal({ text, at }: Reader, problem: string): AppError<'money.json_invalid'> {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1) + 1
  return new AppError('money.json_invalid', { problem, line, column })
}

/**
 * Writes a value as compact JSON. A `JsonNumber` and a bigint are written as their exact number;
 * members that are undefined are left out.
 *
 * @throws TypeError for what JSON has no exact writing of: NaN, functions, objects with a class
 */
export function writeJson(value: unknown): string {
  const text = written(value, 0)
  if (text === undefined) throw new TypeError('undefined has no JSON')
  return text
}

function written(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'boolean':
    case 'bigint':
      return value.toString()
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON`)
      return JSON.stringify(value)
    case 'undefined':
      return undefined
    case 'object':
      return value === null ? 'null' : writtenObject(value, depth + 1)
    default:
      throw new TypeError(`a ${typeof value} has no JSON`)
  }
}

function writtenObject(value: object, depth: number): string {
  if (isJsonNumber(value)) return value.text
  // A cycle would go on for ever; nothing that we answer is nearly as deep.
  if (depth > 2 * JSON_DEPTH_MAX) throw new TypeError('too deep or cyclic for JSON')
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => written(item, depth) ?? 'null').join(',')}]`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(`a ${value.constructor.name} has no JSON`)
  }
  const members: string[] = []
  for (const [member, item] of Object.entries(value)) {
    const text = written(item, depth)
    if (text !== undefined) members.push(`${JSON.stringify(member)}:${text}`)
  }
  return `{${members.join(',')}}`
}
