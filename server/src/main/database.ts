import { join } from 'node:path'
import { AppError } from '../errors/app-error.ts'
import type { Config } from '../shell/config.ts'
import { openDb, type Db, type DbPool } from '../shell/db.ts'
import { runningPostgres, startEmbeddedPostgres } from '../shell/embedded-postgres.ts'
import { claimDirectory } from '../shell/data-directory.ts'
import { migrate } from '../shell/migrate.ts'

/** Where the database is, and who must be stopped with us. */
export type Database = AsyncDisposable & Readonly<{ db: DbPool; url: string; name: string }>

type Settings = Pick<Config, 'databaseUrl' | 'databaseConnections' | 'dataDirectory'>

/** What is done with a database before it is used. */
export type Prepare = (db: Db) => Promise<void>

const toThisVersion: Prepare = (db) => migrate({ db })

/**
 * Opens the configured database, or starts the embedded one, and brings it to this version.
 *
 * @param prepare what is done instead of that: a backup, say, takes the database as it is
 * @throws shell.database_unreachable, shell.database_newer, shell.migration_changed
 */
export async function openDatabase(
  config: Settings,
  prepare: Prepare = toThisVersion,
): Promise<Database> {
  const stack = new AsyncDisposableStack()
  try {
    const url = config.databaseUrl === '' ? await startEmbedded(stack, config) : config.databaseUrl
    const db = stack.use(openDb(url, { connectionsMax: config.databaseConnections }))
    const name = await versionOf(db, url)
    await prepare(db)
    const owned = stack.move()
    return { db, url, name, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/**
 * Opens the database beside a platform that may be running: its embedded server is used as it
 * runs, and started only when nobody holds the data directory.
 *
 * @throws what `openDatabase` throws; shell.data_in_use while a platform is just starting
 */
export async function openDatabaseBeside(
  config: Settings,
  prepare: Prepare = toThisVersion,
): Promise<Database> {
  if (config.databaseUrl !== '') return openDatabase(config, prepare)
  const running = await runningPostgres(join(config.dataDirectory, 'postgres'))
  if (running !== undefined) return openDatabase({ ...config, databaseUrl: running }, prepare)
  const claim = await claimDirectory(config.dataDirectory)
  try {
    const database = await openDatabase(config, prepare)
    const close = async (): Promise<void> => {
      await database[Symbol.asyncDispose]()
      await claim[Symbol.asyncDispose]()
    }
    return { ...database, [Symbol.asyncDispose]: close }
  } catch (error) {
    await claim[Symbol.asyncDispose]()
    throw error
  }
}

async function startEmbedded(
  stack: AsyncDisposableStack,
  config: Pick<Config, 'dataDirectory'>,
): Promise<string> {
  const directory = join(config.dataDirectory, 'postgres')
  return stack.use(await startEmbeddedPostgres({ directory })).url
}

async function versionOf(db: Db, url: string): Promise<string> {
  try {
    const [row] = await db.query<{ version: string }>('select version() as version')
    return row?.version.split(' ').slice(0, 2).join(' ') ?? 'PostgreSQL'
  } catch (cause) {
    const where = placeOf(url)
    const problem = cause instanceof Error ? cause.message || cause.name : 'no answer'
    throw new AppError('shell.database_unreachable', { where, problem }, { cause })
  }
}

/** The host and name of a database, without its user and password. */
function placeOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'DATABASE_URL' : `${parsed.host}${parsed.pathname}`
}
