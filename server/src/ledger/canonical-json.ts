import type { JsonValue } from './transfer.ts'

/**
 * The one canonical text of a JSON value: members sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them.
 *
 * @throws TypeError for what JSON cannot hold: a number that is not finite, a lone surrogate
 * @see RFC 8785 (JSON Canonicalization Scheme), read 2026-11-20
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return canonicalNumber(value)
  if (typeof value === 'string') return canonicalString(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  // The default order of sort() is by UTF-16 code units, which is what the RFC asks for.
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`).join(',')}}`
}

// Array.isArray alone does not narrow a readonly array away.
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no place in JSON`)
  return JSON.stringify(value)
}

function canonicalString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no place in JSON')
  return JSON.stringify(value)
}
