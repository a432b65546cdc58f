import { parseArgs } from 'node:util'
import { AppError } from '../errors/app-error.ts'
import { systemClock } from '../shell/clock.ts'
import { readConfig } from '../shell/config.ts'
import type { ShellCtx } from '../shell/context.ts'
import { openDataDirectory } from '../shell/data-directory.ts'
import { createSealer } from '../shell/sealer.ts'
import { beginOwnerTotp, confirmOwnerTotp } from '../tenancy/enrol-owner.action.ts'
import { openDatabaseBeside } from './database.ts'
import type { Terminal } from './terminal.ts'

const options = {
  email: { type: 'string' },
  environment: { type: 'string', default: 'live' },
  code: { type: 'string' },
} as const

const ENVIRONMENTS = ['live', 'test'] as const

/**
 * `coffer totp --email OWNER [--environment test] [--code 123456]`: enrols the authenticator whose
 * codes stand in for those that are mailed. Without a code it begins, with one it confirms. Only
 * who holds the data directory can: a key of the API must not enrol what its payouts are
 * verified by.
 *
 * @returns the exit code
 * @throws shell.arguments_invalid, tenancy.owner_unknown, tenancy.totp_code_wrong
 */
export async function totp(
  terminal: Terminal,
  _stop: Promise<unknown>,
  args: readonly string[],
): Promise<number> {
  const config = readConfig(process.env)
  const data = await openDataDirectory(config.dataDirectory, config.masterKey)
  await using database = await openDatabaseBeside(config)
  const sealer = createSealer(data.masterKey)
  return await enrol({ db: database.db, clock: systemClock, sealer }, terminal, args)
}

/** The same on a database that is open. */
export async function enrol(
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'sealer'>,
  terminal: Pick<Terminal, 'line'>,
  args: readonly string[],
): Promise<number> {
  const { email, environment, code } = readOptions(args)
  if (code !== undefined) {
    await confirmOwnerTotp(ctx, { email, environment }, code)
    terminal.line(`Its codes verify payouts of the ${environment} book from now on.`)
    return 0
  }
  terminal.line(await beginOwnerTotp(ctx, { email, environment }))
  terminal.line(
    'Put this into the authenticator, then run the same again with --code and its code.',
  )
  return 0
}

function readOptions(args: readonly string[]) {
  const { email, environment, code } = parse(args)
  const known = ENVIRONMENTS.find((one) => one === environment)
  if (known === undefined) throw invalid('--environment is live or test')
  if (email === undefined) throw invalid('--email is needed: the address of an owner')
  return { email, environment: known, code }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

const invalid = (problem: string, cause?: unknown): AppError =>
  new AppError('shell.arguments_invalid', { problem }, { cause })
