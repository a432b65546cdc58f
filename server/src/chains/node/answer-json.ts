/**
 * The value of a node's answer; undefined when it is no JSON (a proxy's error page, half an
 * answer).
 *
 * Numbers that a float would change keep what was written: a whole number beyond 2^53 becomes a
 * bigint, and every number with a fraction or an exponent the text of its source, so that amounts
 * of coins (`0.10000000`) can be read exactly.
 */
export function readAnswerJson(text: string): unknown {
  try {
    return JSON.parse(text, exactNumber)
  } catch {
    return undefined
  }
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (!/^-?\d+$/.test(source)) return source
  return Number.isSafeInteger(value) ? value : BigInt(source)
}
