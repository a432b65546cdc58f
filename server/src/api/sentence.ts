import { definitionOf } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'

/** The sentence of a code with the names of its facts in place of their values: `‹limit›`. */
export function sentenceOf(code: ErrorCode): string {
  const context = new Proxy({}, { get: (_, fact) => placeholder(String(fact)) })
  // A sentence that looks a fact up in a table finds nothing for its name.
  return String(Reflect.apply(definitionOf(code).say, undefined, [context])).replace(
    'undefined',
    '…',
  )
}

const TO_TEXT: readonly (string | symbol)[] = [Symbol.toPrimitive, 'toString', 'toJSON']

/** Stands for any fact: whatever a sentence does with it, its name comes out. */
function placeholder(fact: string): object {
  const text = `‹${fact}›`
  return new Proxy(() => text, {
    get: (_, member) => (TO_TEXT.includes(member) ? () => text : placeholder(fact)),
    apply: () => placeholder(fact),
  })
}
