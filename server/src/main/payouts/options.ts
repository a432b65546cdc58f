import { parseArgs } from 'node:util'
import { AppError } from '../../errors/app-error.ts'
import type { Environment } from '../../shell/book.ts'

/** Whose money a file pays out. */
export type Payer = Readonly<{ environment: Environment; orgId: string }>

/** What `coffer payouts` is asked for. */
export type PayoutsAsked = Readonly<{
  verb: 'check' | 'run'
  path: string
  /** Absent only where a file is checked by itself. */
  payer: Payer | undefined
  /** Where the results are written. */
  result: string
  run: string
  reference: string | undefined
  isDry: boolean
  waits: boolean
}>

const options = {
  book: { type: 'string' },
  organization: { type: 'string' },
  result: { type: 'string' },
  run: { type: 'string', default: '1' },
  reference: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
} as const

/** The organization that every sandbox has. */
const SANDBOX_ORGANIZATION = 'org_sandbox'

/** Reads the command line. @throws shell.arguments_invalid */
export function readPayoutsAsked(args: readonly string[]): PayoutsAsked {
  const { values, positionals } = parse(args)
  const [verb, path, ...more] = positionals
  if (verb !== 'check' && verb !== 'run') throw wrong('say payouts check FILE, or payouts run FILE')
  if (path === undefined || more.length > 0) throw wrong('name one file')
  if (!/^[\w.-]{1,64}$/.test(values.run)) {
    throw wrong('--run is a name of letters, digits, points and dashes, at most 64 of them')
  }
  const payer = payerOf(values)
  if (payer === undefined && verb === 'run') throw wrong('--book is live or test')
  return {
    ...{ verb, path, payer },
    result: values.result ?? `${path}.result.csv`,
    run: values.run,
    reference: values.reference,
    isDry: verb === 'check' || values['dry-run'],
    waits: values.wait,
  }
}

type Given = Readonly<{ book?: string | undefined; organization?: string | undefined }>

function payerOf({ book, organization }: Given): Payer | undefined {
  if (book === undefined && organization === undefined) return undefined
  if (book === 'test') return { environment: 'test', orgId: organization ?? SANDBOX_ORGANIZATION }
  if (book !== 'live') throw wrong('--book is live or test')
  if (organization === undefined) throw wrong('--organization says whose money is paid out')
  return { environment: 'live', orgId: organization }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

const wrong = (problem: string, cause?: unknown): AppError =>
  new AppError('shell.arguments_invalid', { problem }, { cause })
