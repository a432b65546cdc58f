import { parseArgs } from 'node:util'
import { realm } from '../chains/contract-book-chain.ts'
import { resumeCrediting, standingHalts, type HaltCtx } from '../custody/halt-crediting.action.ts'
import { AppError } from '../errors/app-error.ts'
import { isoTime } from '../events/event.ts'
import { resolveAsset } from '../money/alias.ts'
import { knownAsset } from '../money/registry.ts'
import { systemClock } from '../shell/clock.ts'
import { readConfig } from '../shell/config.ts'
import { createIds } from '../shell/ids.ts'
import { openDatabaseBeside } from './database.ts'
import { tellHalt } from './tell-halt.ts'
import type { Terminal } from './terminal.ts'

const options = {
  resume: { type: 'string' },
  environment: { type: 'string', default: 'live' },
} as const

const ENVIRONMENTS = ['live', 'test'] as const

/**
 * `coffer halts [--resume USDT_BSC [--environment live]]`: what is not credited because nodes
 * contradict one another, and the way to go on with one of them.
 *
 * @returns the exit code
 * @throws shell.arguments_invalid, custody.crediting_not_halted, and the refusals of `resolveAsset`
 */
export async function halts(
  terminal: Terminal,
  _stop: Promise<unknown>,
  args: readonly string[],
): Promise<number> {
  await using database = await openDatabaseBeside(readConfig(process.env))
  const shell = { db: database.db, clock: systemClock, ids: createIds(systemClock) }
  return await showHalts({ ...shell, tellHalt: tellHalt(shell) }, terminal, args)
}

/** The same on a database that is open. */
export async function showHalts(
  ctx: HaltCtx,
  terminal: Pick<Terminal, 'line' | 'table'>,
  args: readonly string[],
): Promise<number> {
  const { resume, environment } = readOptions(args)
  if (resume !== undefined) {
    const { id: asset, chain, code } = resolveAsset({ currency: resume })
    await resumeCrediting(ctx, { realm: realm(environment), chain, asset })
    terminal.line(
      `${code} (${environment}) is credited again; what waited is put to the nodes anew`,
    )
    return 0
  }
  const standing = await Promise.all(
    ENVIRONMENTS.map(async (one) =>
      (await standingHalts(ctx.db, realm(one))).map((halt) => ({ environment: one, ...halt })),
    ),
  )
  const rows = standing
    .flat()
    .map((one) => [knownAsset(one.asset).code, one.environment, isoTime(one.haltedAt), one.reason])
  if (rows.length === 0) terminal.line('Nothing is halted.')
  else terminal.table(['currency', 'environment', 'since', 'why'], rows)
  return 0
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options })
    const environment = ENVIRONMENTS.find((one) => one === values.environment)
    if (environment !== undefined) return { ...values, environment }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('shell.arguments_invalid', { problem }, { cause })
  }
  throw new AppError('shell.arguments_invalid', { problem: '--environment is live or test' })
}
