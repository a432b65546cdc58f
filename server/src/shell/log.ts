import { pino, type DestinationStream } from 'pino'
import { bugReport } from './bug-report.ts'

/** Structured log: an event in words, and facts beside it. */
export type Log = Readonly<{
  debug: (facts: object, message: string) => void
  info: (facts: object, message: string) => void
  warn: (facts: object, message: string) => void
  error: (facts: object, message: string) => void
  child: (facts: object) => Log
}>

/** Members whose value never reaches a log line, at the top or one level down. */
export const SECRET_MEMBERS = [
  'authorization',
  'secret',
  'secretKey',
  'secret_key',
  'password',
  'seed',
  'mnemonic',
  'passphrase',
  'privateKey',
  'signature',
  'body',
  'email',
  'customer_email',
  'customerEmail',
]

const secretPaths = SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** An error has no members that JSON shows; what of it may be logged does. */
const serializers = {
  error: (error: unknown) => (error instanceof Error ? bugReport(error) : error),
}

/** The structured log of a process; `level` is one of pino's, `silent` for none. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const redact = { paths: secretPaths, censor: '[redacted]' }
  const options = { level, redact, serializers, base: null }
  return destination === undefined ? pino(options) : pino(options, destination)
}
