import { systemClock } from '../shell/clock.ts'
import { readConfig } from '../shell/config.ts'
import type { ShellCtx } from '../shell/context.ts'
import { openDataDirectory } from '../shell/data-directory.ts'
import { createIds } from '../shell/ids.ts'
import { createSealer } from '../shell/sealer.ts'
import type { Machine } from './cli/command.ts'
import { openDatabaseBeside } from './database.ts'

/** What an operator's command works with on the database of this machine. */
export type LocalCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

/**
 * Opens the local database and the master key, beside a platform that may be running.
 *
 * @throws the refusals of `shell`
 */
export async function openLocally(
  env: Machine['env'],
): Promise<AsyncDisposable & Readonly<{ ctx: LocalCtx }>> {
  const config = readConfig(env)
  const data = await openDataDirectory(config.dataDirectory, config.masterKey)
  const database = await openDatabaseBeside(config)
  const sealer = createSealer(data.masterKey)
  const ctx = { db: database.db, clock: systemClock, ids: createIds(systemClock), sealer }
  return { ctx, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}
