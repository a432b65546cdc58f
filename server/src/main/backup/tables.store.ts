import type { Queryable } from '../../shell/db.ts'
import type { BackupTable, Manifest } from './format.ts'

/** Written by the migrations themselves, on whichever database. */
const OWN = 'schema_migration'

/** Some table of the database; absent where it has none. */
export async function someTable(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
     order by 1 limit 1`,
  )
  return row?.name
}

/** Whether migrations were applied here. */
export async function hasMigrations(db: Queryable): Promise<boolean> {
  const rows = await db.query('select 1 where to_regclass($1) is not null', [OWN])
  return rows.length === 1
}

/** All tables but that of the migrations, those to which others refer before these. */
export async function listTables(db: Queryable): Promise<readonly BackupTable[]> {
  const tables = await db.query<BackupTable>(
    `select t.relname as name, array_agg(c.attname::text order by c.attnum) as columns
     from pg_class t join pg_attribute c on c.attrelid = t.oid
     where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r'
       and t.relname <> $1 and c.attnum > 0 and not c.attisdropped and c.attgenerated = ''
     group by t.relname order by t.relname`,
    [OWN],
  )
  const references = await db.query<{ from: string; to: string }>(
    `select f.relname as from, t.relname as to
     from pg_constraint r join pg_class f on f.oid = r.conrelid
       join pg_class t on t.oid = r.confrelid
     where r.contype = 'f' and r.conrelid <> r.confrelid
       and f.relnamespace = current_schema()::regnamespace order by 1, 2`,
  )
  return inOrder(tables, references)
}

function inOrder(
  tables: readonly BackupTable[],
  references: readonly Readonly<{ from: string; to: string }>[],
): readonly BackupTable[] {
  const placed = new Map<string, BackupTable>()
  while (placed.size < tables.length) {
    const next = tables.filter(
      ({ name }) =>
        !placed.has(name) && references.every(({ from, to }) => from !== name || placed.has(to)),
    )
    if (next.length === 0) throw new Error('tables refer to one another in a circle')
    for (const table of next) placed.set(table.name, table)
  }
  return [...placed.values()]
}

/** What the server says of itself. */
export async function serverVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ version: string }>('select version() as version')
  return row?.version ?? ''
}

/** The seeds under which books have their keys. */
export async function listSeeds(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ fingerprint: string }>(
    'select distinct fingerprint from xpub order by fingerprint',
  )
  return rows.map((row) => row.fingerprint)
}

/** Where the chain of hashes of each book ends. */
export async function listHeads(db: Queryable): Promise<Manifest['heads']> {
  return db.query<Manifest['heads'][number]>(
    `select distinct on (book_id) book_id, position, encode(hash, 'hex') as hash
     from seal order by book_id, position desc`,
  )
}

/** How many rows the server thinks there are, to tell how far a copy has come. */
export async function estimateRows(db: Queryable): Promise<number> {
  const [row] = await db.query<{ rows: number }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r'`,
  )
  return row?.rows ?? 0
}

/**
 * Lets a table be filled with rows that were written elsewhere: what triggers refuse was held to
 * their rules there. Its constraints stay.
 */
export async function quietTriggers(db: Queryable, { name }: BackupTable): Promise<void> {
  await db.script(`alter table "${name}" disable trigger user`)
  // What migrations wrote there is in the backup too, as it was.
  await db.script(`delete from "${name}"`)
}

/** Undoes `quietTriggers`. */
export async function wakeTriggers(db: Queryable, { name }: BackupTable): Promise<void> {
  await db.script(`alter table "${name}" enable trigger user`)
}
