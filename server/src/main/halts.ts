import { realm } from '../chains/contract-book-chain.ts'
import { resumeCrediting, standingHalts, type HaltCtx } from '../custody/halt-crediting.action.ts'
import { resumeSending, standingSendingHalt } from '../custody/outgoing/halt-sending.action.ts'
import { isoTime } from '../events/event.ts'
import { resolveAsset } from '../money/alias.ts'
import { knownAsset } from '../money/registry.ts'
import { systemClock } from '../shell/clock.ts'
import { readConfig } from '../shell/config.ts'
import { createIds } from '../shell/ids.ts'
import type { Machine } from './cli/command.ts'
import type { HaltsGiven } from './commands/platform.ts'
import { openDatabaseBeside } from './database.ts'
import { tellHalt } from './tell-halt.ts'
import type { Terminal } from './terminal.ts'

const ENVIRONMENTS = ['live', 'test'] as const

/**
 * `coffer halts`: what is not credited because nodes contradict one another, whether sending is
 * halted because the database came out of a backup, and the way to go on.
 *
 * @returns the exit code
 * @throws custody.crediting_not_halted, custody.sending_not_halted, and the refusals of `resolveAsset`
 */
export async function halts({ terminal, env }: Machine, given: HaltsGiven): Promise<number> {
  await using database = await openDatabaseBeside(readConfig(env))
  const shell = { db: database.db, clock: systemClock, ids: createIds(systemClock) }
  return await showHalts({ ...shell, tellHalt: tellHalt(shell) }, terminal, given)
}

/** The same on a database that is open. */
export async function showHalts(
  ctx: HaltCtx,
  terminal: Pick<Terminal, 'line' | 'table'>,
  { resume, environment }: HaltsGiven,
): Promise<number> {
  if (resume === 'sending') {
    await resumeSending(ctx)
    terminal.line('Sending goes on; what waited is looked at now')
    return 0
  }
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
  const sending = await standingSendingHalt(ctx.db)
  if (sending !== undefined) {
    rows.unshift(['sending', 'both', isoTime(sending.haltedAt), sending.reason])
  }
  if (rows.length === 0) terminal.line('Nothing is halted.')
  else terminal.table(['what', 'environment', 'since', 'why'], rows)
  return 0
}
