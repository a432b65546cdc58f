import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, operand, option } from '../cli/parameter.ts'
import { environment } from './platform.ts'

const shared = {
  file: operand(z.string(), { doc: 'a CSV or a pain.001' }),
  organization: option(z.string().optional(), {
    doc: "whose money it is; in the test book the sandbox's, if not given",
    value: 'ORG',
  }),
  result: option(z.string().optional(), {
    doc: 'where the result of each row is written; FILE.result.csv, if not given',
    value: 'FILE',
  }),
  run: option(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'a name of letters, digits, points and dashes, at most 64 of them')
      .default('1'),
    { doc: 'a second run of the same file has another name', value: 'NAME' },
  ),
  reference: option(z.string().optional(), { doc: 'your reference of the batch', value: 'TEXT' }),
}

/** What is typed after it. */
export const checkGiven = z.strictObject({
  ...shared,
  book: option(environment.optional(), { doc: 'check against this book too' }),
})

/** What is typed after it. */
export const runGiven = z.strictObject({
  ...shared,
  book: option(environment, { doc: 'whose money is paid out' }),
  'dry-run': flag('show what would be paid, and begin nothing'),
  wait: flag('wait until all of it is sent, and show how far it is'),
})

/** What `coffer payouts check` is given. */
export type CheckGiven = z.output<typeof checkGiven>

/** What `coffer payouts run` is given. */
export type RunGiven = z.output<typeof runGiven>

const exits = { 3: 'rows of the file cannot be read or paid; nothing was begun' }

/** `coffer payouts check` */
export const payoutsCheck = command({
  name: 'payouts check',
  doc: 'look at a file of payouts without paying it',
  given: checkGiven,
  examples: [
    { line: 'payouts check payouts.csv', doc: 'the file by itself' },
    {
      line: 'payouts check payouts.csv --book test',
      doc: 'with the names, addresses and fees of a book',
    },
  ],
  exits,
  load: async () => (await import('../payouts/payouts.ts')).checkPayouts,
})

/** `coffer payouts run` */
export const payoutsRun = command({
  name: 'payouts run',
  doc: 'pay a file of payouts: all of its rows or none',
  more: 'The same again goes on where it was: no row is paid twice. docs/batch-files.md has the forms.',
  given: runGiven,
  examples: [
    { line: 'payouts run payouts.csv --book test --dry-run', doc: 'what would be paid' },
    { line: 'payouts run payouts.csv --book live --organization org_01K9 --wait', doc: 'pays it' },
  ],
  exits,
  load: async () => (await import('../payouts/payouts.ts')).runPayouts,
})
