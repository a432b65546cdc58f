import { sqlState } from './db.ts'

const CAUSES_MAX = 4
const QUOTING = ['SyntaxError', 'ZodError']

/**
 * An unexpected error as far as it may be logged: where it happened and of what kind it is. The
 * texts of database, parser and assertion errors quote the values they stumbled over, so those
 * stay out.
 */
export function bugReport(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { kind: typeof error }
  const state = sqlState(error)
  const generated = 'generatedMessage' in error && error.generatedMessage === true
  const quotes = state !== undefined || generated || QUOTING.includes(error.name)
  return {
    kind: error.name,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...('constraint' in error ? { constraint: String(error.constraint) } : {}),
    ...(quotes ? {} : { message: error.message }),
    at: framesOf(error),
    ...(error.cause === undefined || depth >= CAUSES_MAX
      ? {}
      : { cause: bugReport(error.cause, depth + 1) }),
  }
}

/** The stack without its first lines, which repeat the message. */
const framesOf = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
