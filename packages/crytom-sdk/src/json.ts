import { exactMembers } from './generated/exact-members.ts'

// JSON.parse makes every number a double, and amounts have up to 78 digits. So each amount that the
// API writes as a number gets its exact text beside it: `fee: 1.5` comes with `fee_exact: '1.5'`.

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|null|[{}[\],:]/g

type Container = { isObject: boolean; isOwn: boolean; member: string; expectsMember: boolean }

/**
 * Reads a JSON text of the API without losing a digit.
 *
 * A number that is an amount (`net_amount`, `rate` …), or that a double cannot hold, has its text
 * beside it under its name with `_exact`. In `metadata`, which is yours and gets no members of
 * ours, a number that a double cannot hold becomes its text.
 *
 * @throws SyntaxError
 */
export function readJson<Value = unknown>(text: string): Value {
  const value: Value = JSON.parse(withExactTexts(text))
  return value
}

/** The same JSON text with `_exact` members. What is no JSON stays none. */
function withExactTexts(text: string): string {
  const open: Container[] = []
  return text.replace(TOKEN, (token) => {
    const inside = open.at(-1)
    if (token === '{' || token === '[') {
      const isOwn = inside?.isOwn === true || inside?.member === 'metadata'
      open.push({ isObject: token === '{', isOwn, member: '', expectsMember: true })
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (inside === undefined) {
      return token
    } else if (token === ',') {
      inside.expectsMember = true
      inside.member = ''
    } else if (token === ':') {
      inside.expectsMember = false
    } else if (token.startsWith('"')) {
      if (inside.isObject && inside.expectsMember) inside.member = JSON.parse(token)
    } else {
      return exactly(token, inside)
    }
    return token
  })
}

/** A number's, or null's, place in the text. */
function exactly(token: string, inside: Container): string {
  const isNull = token === 'null'
  const isLossy = !isNull && digitsOf(token) > SAFE_DIGITS
  if (inside.isOwn || !inside.isObject) return isLossy ? `"${token}"` : token
  const isNullable = exactMembers.get(inside.member)
  const isExact = isNull ? isNullable === true : isLossy || isNullable !== undefined
  if (!isExact) return token
  const exact = isNull ? 'null' : `"${token}"`
  return `${token},${JSON.stringify(`${inside.member}_exact`)}:${exact}`
}

/** Every decimal number of so many digits comes back from a double unchanged (DBL_DIG). */
const SAFE_DIGITS = 15

const digitsOf = (number: string): number =>
  number
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '').length

/**
 * Writes a body. Amounts are decimal texts (exact) or numbers.
 *
 * @throws TypeError for a bigint: it would be taken for base units, and the API counts in whole
 *   coins
 */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (name, item: unknown) => {
    if (typeof item === 'bigint') {
      throw new TypeError(
        `${name}: write amounts as decimal texts, such as '0.5', not as a bigint.`,
      )
    }
    if (typeof item === 'number' && !Number.isFinite(item)) {
      throw new TypeError(`${name}: ${item} is not a number that can be sent.`)
    }
    return item
  })
}
