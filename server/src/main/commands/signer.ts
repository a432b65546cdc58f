import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, option, wholeNumber } from '../cli/parameter.ts'
import { HARDENED } from '../../signer/key-path.ts'

/** Addresses printed by one call at most: minutes of work, and not a forgotten loop. */
const COUNT_MAX = 100_000

const deriveGiven = z.strictObject({
  network: option(z.string(), { doc: 'whose addresses, as in --network Bitcoin', value: 'NAME' }),
  path: option(z.string().optional(), { doc: 'one path, instead of the three below' }),
  account: option(wholeNumber(0, HARDENED - 1).optional(), {
    doc: 'the account, from 0',
    value: 'N',
  }),
  from: option(wholeNumber(0, HARDENED - 1).optional(), {
    doc: 'the first address, from 0',
    value: 'N',
  }),
  count: option(wholeNumber(1, COUNT_MAX).optional(), { doc: 'how many of them', value: 'N' }),
})

/** What `coffer derive` is given. */
export type DeriveGiven = z.output<typeof deriveGiven>

/** `coffer derive` */
export const derive = command({
  name: 'derive',
  doc: 'print the addresses of a phrase that is read from standard input',
  more: 'It needs no server, database or data directory, and never repeats the phrase.',
  given: deriveGiven,
  examples: [
    {
      line: 'derive --network Bitcoin --count 5',
      doc: 'asks for the phrase, and does not show it',
    },
    { line: 'derive --network Solana --from 10 < phrase.txt', doc: 'the eleventh address' },
  ],
  load: async () => (await import('../derive.ts')).derive,
})

/** `coffer signer run` */
export const signerRun = command({
  name: 'signer run',
  doc: 'run the signer alone, which needs neither a network nor the database',
  more:
    'For a machine or a container of its own. COFFER_SIGNER_SOCKET_DIRECTORY says where the ' +
    'others find its socket: docs/operations.md.',
  given: z.strictObject({}),
  examples: [{ line: 'signer run', doc: 'until it is asked to stop' }],
  load: async () => (await import('../signer-run.ts')).signerRun,
})

const logGiven = z.strictObject({
  verify: flag('prove every line, and print the head only'),
  json: flag('the lines as they are kept, or the verdict as JSON'),
})

/** What `coffer signer log` is given. */
export type SignerLogGiven = z.output<typeof logGiven>

/** `coffer signer log` */
export const signerLog = command({
  name: 'signer log',
  doc: 'show what the signer signed and refused, and prove that no line was touched',
  given: logGiven,
  examples: [{ line: 'signer log --verify', doc: 'its head, to be kept elsewhere' }],
  exits: { 3: 'a line of the log was touched' },
  load: async () => (await import('../signer.ts')).signerLog,
})

/** `coffer signer policy` */
export const signerPolicy = command({
  name: 'signer policy',
  doc: 'show what the signer may pay, as it understands its policy',
  given: z.strictObject({}),
  examples: [{ line: 'signer policy', doc: 'caps by network and asset' }],
  load: async () => (await import('../signer.ts')).signerPolicy,
})

/** `coffer signer second-factor` */
export const signerSecondFactor = command({
  name: 'signer second-factor',
  doc: 'print what an authenticator reads to make the codes of large payments',
  more: 'Whoever shows it must be able to open the keystore.',
  given: z.strictObject({}),
  examples: [{ line: 'signer second-factor', doc: 'an otpauth:// URI' }],
  load: async () => (await import('../signer.ts')).signerSecondFactor,
})
