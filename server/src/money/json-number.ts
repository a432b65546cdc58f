/** A JSON number as its source text: `0.1`, `1e-8` and forty digits arrive and leave unharmed. */
export type JsonNumber = Readonly<{ text: string }>

const FORM = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

// TypeScript's library does not declare JSON.rawJSON yet (ES2026, Node 22 and later).
const rawJson: (text: string) => unknown = Reflect.get(JSON, 'rawJSON')

// Whoever reaches for JSON.stringify (a driver, a logger) still writes the exact number. The
// prototype is also the mark of our own numbers, which no request body can imitate.
const prototype = {
  toJSON(this: JsonNumber): unknown {
    return rawJson(this.text)
  },
}

/**
 * A number that is written by this text. For answers: `exactNumber(formatUnits(units, 8))`.
 *
 * @throws RangeError when the text is not a JSON number
 */
export function exactNumber(text: string): JsonNumber {
  if (!FORM.test(text)) throw new RangeError('not the text of a JSON number')
  return numberOfSource(text)
}

/** The same for text that a JSON reader has just matched; not checked again. */
export function numberOfSource(text: string): JsonNumber {
  const number = Object.create(prototype)
  number.text = text
  return Object.freeze(number)
}

/** Whether a value is a number that `readJson` read or `exactNumber` made. */
export const isJsonNumber = (value: unknown): value is JsonNumber =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === prototype
