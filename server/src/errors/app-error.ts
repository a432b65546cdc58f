import { catalogue, type ErrorCode, type ErrorContext } from './catalogue.ts'
import type { Definition } from './define.ts'

/** A refusal: a code of the catalogue with the facts of this case. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: Code
  readonly context: ErrorContext<Code>

  constructor(code: Code, context: ErrorContext<Code>, options?: ErrorOptions) {
    const definition: { say: (context: ErrorContext<Code>) => string } = definitionOf(code)
    super(definition.say(context), options)
    this.code = code
    this.context = context
  }
}

/** The catalogue's entry of a code, typed for that code. */
export function definitionOf<Code extends ErrorCode>(code: Code): Definition<ErrorContext<Code>> {
  const table: { [Key in ErrorCode]: Definition<ErrorContext<Key>> } = catalogue
  return table[code]
}

/** Whether `error` is the refusal with this code; narrows its context. */
export function isError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is AppError<Code> {
  return error instanceof AppError && error.code === code
}
