import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, option } from '../cli/parameter.ts'

const nothing = z.strictObject({})

/** `coffer up` */
export const up = command({
  name: 'up',
  doc: 'start the platform, and stop it with Ctrl-C',
  more: 'Its settings are environment variables: docs/configuration.md lists them.',
  given: nothing,
  examples: [{ line: 'up', doc: 'everything on this machine, with a sandbox' }],
  load: async () => (await import('../up.ts')).up,
})

/** `coffer demo` */
export const demo = command({
  name: 'demo',
  doc: 'start the platform and pay a first checkout session on a real chain',
  given: nothing,
  examples: [{ line: 'demo', doc: 'takes half a minute, and stays up afterwards' }],
  load: async () => (await import('../demo/demo.ts')).demo,
})

const verifyGiven = z.strictObject({ json: flag('the verdict as JSON') })

/** What `coffer verify` is given. */
export type VerifyGiven = z.output<typeof verifyGiven>

/** `coffer verify` */
export const verify = command({
  name: 'verify',
  doc: 'prove the ledger: replay it and check its chain of hashes',
  given: verifyGiven,
  examples: [
    { line: 'verify', doc: 'beside a running platform, or while it is down' },
    { line: 'verify --json', doc: 'for a machine that looks every night' },
  ],
  exits: { 3: 'a row does not fit; it is named' },
  load: async () => (await import('../verify.ts')).verify,
})

/** The environments of a book. */
export const environment = z.enum(['live', 'test'])

/** What is typed after it. */
export const haltsGiven = z.strictObject({
  resume: option(z.string().optional(), {
    doc: 'go on crediting this currency, such as USDT_BSC; or go on with `sending`',
    value: 'WHAT',
  }),
  environment: option(environment.default('live'), { doc: 'whose currency goes on' }),
})

/** What `coffer halts` is given. */
export type HaltsGiven = z.output<typeof haltsGiven>

/** `coffer halts` */
export const halts = command({
  name: 'halts',
  doc: 'list what stands still until somebody says so, or go on with it',
  more:
    'Deposits of a currency are not credited while nodes contradict one another. Nothing is sent ' +
    'after the database was restored from a backup.',
  given: haltsGiven,
  examples: [
    { line: 'halts', doc: 'what stands still, since when, and why' },
    { line: 'halts --resume sending', doc: 'after a restore, when the chains were looked at' },
    { line: 'halts --resume USDT_BSC', doc: 'what waited is put to the nodes anew' },
  ],
  load: async () => (await import('../halts.ts')).halts,
})

/** What is typed after it. */
export const totpGiven = z.strictObject({
  email: option(z.string(), { doc: 'the address of an owner', value: 'OWNER' }),
  environment: option(environment.default('live'), { doc: 'whose payouts its codes verify' }),
  code: option(z.string().optional(), { doc: 'what the authenticator shows, to confirm it' }),
})

/** What `coffer totp` is given. */
export type TotpGiven = z.output<typeof totpGiven>

/** `coffer totp` */
export const totp = command({
  name: 'totp',
  doc: 'enrol the authenticator of an owner, whose codes stand in for those that are mailed',
  more: 'Without a code it begins, with one it confirms. Only who holds the data directory can.',
  given: totpGiven,
  examples: [
    { line: 'totp --email owner@example.com', doc: 'prints what the app reads' },
    { line: 'totp --email owner@example.com --code 123456', doc: 'confirms it' },
  ],
  load: async () => (await import('../totp.ts')).totp,
})

/** `coffer version` */
export const version = command({
  name: 'version',
  doc: 'print the version',
  given: nothing,
  examples: [{ line: 'version', doc: 'also as --version' }],
  load: async () => {
    const { default: about } = await import('../../../../package.json', { with: { type: 'json' } })
    return ({ terminal }) => {
      terminal.line(about.version)
      return Promise.resolve(0)
    }
  },
})
