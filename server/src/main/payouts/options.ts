import type { Environment } from '../../shell/book.ts'
import { misused } from '../cli/read-given.ts'
import type { CheckGiven, RunGiven } from '../commands/payout-files.ts'

/** Whose money a file pays out. */
export type Payer = Readonly<{ environment: Environment; orgId: string }>

/** What is asked for with a file of payouts. */
export type PayoutsAsked = Readonly<{
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

/** The organization that every sandbox has. */
const SANDBOX_ORGANIZATION = 'org_sandbox'

/** What `check` asks for. @throws shell.arguments_invalid */
export const checkAsked = (given: CheckGiven): PayoutsAsked => ({
  ...sharedOf(given),
  ...{ isDry: true, waits: false },
})

/** What `run` asks for. @throws shell.arguments_invalid */
export const runAsked = (given: RunGiven): PayoutsAsked => ({
  ...sharedOf(given),
  ...{ isDry: given['dry-run'], waits: given.wait },
})

function sharedOf(given: CheckGiven) {
  const { file: path, result = `${path}.result.csv`, run, reference } = given
  return { path, payer: payerOf(given), result, run, reference }
}

function payerOf({ book, organization }: CheckGiven): Payer | undefined {
  if (book === 'test') return { environment: book, orgId: organization ?? SANDBOX_ORGANIZATION }
  if (book === undefined) {
    if (organization === undefined) return undefined
    throw misused('--book says which money of the organization is meant: live or test')
  }
  if (organization === undefined) throw misused('--organization says whose money is paid out')
  return { environment: book, orgId: organization }
}
