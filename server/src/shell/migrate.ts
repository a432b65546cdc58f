import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { AppError } from '../errors/app-error.ts'
import { inDbTx, type Db, type DbTx, type Queryable } from './db.ts'

const DIRECTORY = new URL('../../migrations/', import.meta.url)
const LOCK = 4_027_431

type Migration = Readonly<{ version: number; file: string; sql: string; checksum: string }>

/**
 * Brings the database to this Coffer's version: numbered files, forward only, in one transaction
 * under an advisory lock, so that processes starting together do it once.
 *
 * @throws shell.database_newer, shell.migration_changed
 */
export async function migrate(ctx: Readonly<{ db: Db }>): Promise<void> {
  await inDbTx(ctx, async (dbTx) => {
    await dbTx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await migrateIn(dbTx)
  })
}

/**
 * The same in a dbTx of the caller.
 *
 * @param upTo the last version that is applied; absent: all of them
 * @throws shell.database_newer, shell.migration_changed
 */
export async function migrateIn(dbTx: DbTx, upTo = Infinity): Promise<void> {
  const migrations = await readMigrations()
  await dbTx.query(`create table if not exists schema_migration (
    version int primary key, file text not null, checksum text not null,
    applied_at timestamptz not null default now())`)
  const applied = await appliedMigrations(dbTx)
  refuseNewer(applied, migrations)
  const wanted = migrations.filter(({ version }) => version <= upTo)
  for (const migration of wanted) await applyOnce(dbTx, migration, applied)
}

/** A migration as a database knows it. */
export type AppliedMigration = Readonly<{ version: number; file: string; checksum: string }>

/** The migrations that a database has had, in order. */
export const appliedMigrations = (db: Queryable): Promise<readonly AppliedMigration[]> =>
  db.query<AppliedMigration>(
    'select version, file, checksum from schema_migration order by version',
  )

/**
 * Refuses what this Coffer cannot bring to its own version.
 * @throws shell.database_newer, shell.migration_changed
 */
export async function mustKnow(applied: readonly AppliedMigration[]): Promise<void> {
  const migrations = await readMigrations()
  refuseNewer(applied, migrations)
  for (const { version, checksum, file } of applied) {
    const own = migrations.find((one) => one.version === version)
    if (own?.checksum !== checksum) throw new AppError('shell.migration_changed', { file })
  }
}

/**
 * Whether the database is of this Coffer's version, file by file.
 * @returns what differs, for whoever runs it; absent: nothing does
 */
export async function versionProblem(db: Db): Promise<string | undefined> {
  const applied = await db.query<{ version: number; checksum: string }>(
    'select version, checksum from schema_migration order by version',
  )
  const isSame = (one: Migration): boolean =>
    applied.some((row) => row.version === one.version && row.checksum === one.checksum)
  const migrations = await readMigrations()
  if (applied.length > migrations.length) return 'the database is of a newer version'
  return migrations.every(isSame) ? undefined : 'the database is not of this version'
}

function refuseNewer(
  applied: readonly Readonly<{ version: number }>[],
  migrations: readonly Migration[],
): void {
  const found = applied.at(-1)?.version ?? 0
  const known = migrations.at(-1)?.version ?? 0
  if (found > known) throw new AppError('shell.database_newer', { found, known })
}

async function applyOnce(
  dbTx: DbTx,
  migration: Migration,
  applied: readonly Readonly<{ version: number; checksum: string }>[],
): Promise<void> {
  const { version, file, sql, checksum } = migration
  const before = applied.find((row) => row.version === version)
  if (before !== undefined && before.checksum !== checksum) {
    throw new AppError('shell.migration_changed', { file })
  }
  if (before !== undefined) return
  await dbTx.script(sql)
  await dbTx.query('insert into schema_migration (version, file, checksum) values ($1, $2, $3)', [
    version,
    file,
    checksum,
  ])
}

async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, DIRECTORY), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { version: Number.parseInt(file, 10), file, sql, checksum }
    }),
  )
}
