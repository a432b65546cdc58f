import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { AppError } from '../errors/app-error.ts'
import { inDbTx, type Db, type DbTx } from './db.ts'

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
  const migrations = await readMigrations()
  await inDbTx(ctx, async (dbTx) => {
    await dbTx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await dbTx.query(`create table if not exists schema_migration (
      version int primary key, file text not null, checksum text not null,
      applied_at timestamptz not null default now())`)
    const applied = await dbTx.query<{ version: number; checksum: string }>(
      'select version, checksum from schema_migration order by version',
    )
    refuseNewer(applied, migrations)
    for (const migration of migrations) await applyOnce(dbTx, migration, applied)
  })
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
