import { createHash, type Hash } from 'node:crypto'
import { isoTime } from '../../events/event.ts'
import { appliedMigrations } from '../../shell/migrate.ts'
import type { Clock } from '../../shell/clock.ts'
import type { Copying } from '../../shell/copying.ts'
import type { Queryable } from '../../shell/db.ts'
import type { ArchiveEntry } from './archive.ts'
import {
  copied,
  FORMAT,
  HEAD_ENTRY,
  KEYS_PREFIX,
  MANIFEST_ENTRY,
  partEntry,
  type BackupHead,
  type BackupTable,
  type Manifest,
  type TableSum,
} from './format.ts'
import { estimateRows, listHeads, listSeeds, listTables, serverVersion } from './tables.store.ts'

/** So much of a table is held in memory. */
const PART_BYTES = 4 * 1024 * 1024

/** How far a backup has come. */
export type BackupProgress = Readonly<{ table: string; bytes: number; rows: number; of: number }>

/** What a backup is made of. */
export type SnapshotParts = Readonly<{
  id: string
  /** See `BackupHead.master_key_check`. */
  masterKeyCheck: string | undefined
  /** Key files by their names; none by themselves. */
  keys: readonly ArchiveEntry[]
  clock: Clock
  onProgress: (progress: BackupProgress) => void
  /** Told at the end. */
  onDone: (head: BackupHead, manifest: Manifest) => void
}>

/**
 * The entries of a backup: one moment of the database, whatever is written beside.
 *
 * @param db in a transaction of its own, that is repeatable read
 */
export async function* snapshot(
  db: Queryable & Pick<Copying, 'copyOut'>,
  parts: SnapshotParts,
): AsyncGenerator<ArchiveEntry> {
  const tables = await listTables(db)
  const head: BackupHead = {
    format: FORMAT,
    id: parts.id,
    taken_at: isoTime(parts.clock.now()),
    database: await serverVersion(db),
    migrations: [...(await appliedMigrations(db))],
    tables: [...tables],
    master_key_check: parts.masterKeyCheck ?? null,
    seeds: await listSeeds(db),
    keystore: parts.keys.length > 0,
  }
  yield jsonEntry(HEAD_ENTRY, head)
  const counter = { rows: 0, bytes: 0, of: await estimateRows(db) }
  const sums: TableSum[] = []
  for (const table of tables) sums.push(yield* tableEntries(db, table, { ...parts, counter }))
  for (const { name, bytes } of parts.keys) yield { name: `${KEYS_PREFIX}${name}`, bytes }
  const manifest: Manifest = {
    id: parts.id,
    finished_at: isoTime(parts.clock.now()),
    tables: sums,
    files: parts.keys.map(({ name, bytes }) => ({ name, sha256: hexOf(bytes) })),
    heads: await listHeads(db),
  }
  yield jsonEntry(MANIFEST_ENTRY, manifest)
  parts.onDone(head, manifest)
}

type Counter = { rows: number; bytes: number; of: number }

async function* tableEntries(
  db: Pick<Copying, 'copyOut'>,
  table: BackupTable,
  { counter, onProgress }: Pick<SnapshotParts, 'onProgress'> & Readonly<{ counter: Counter }>,
): AsyncGenerator<ArchiveEntry, TableSum> {
  const hash: Hash = createHash('sha256')
  const stream = db.copyOut(`copy ${copied(table)} to stdout`)
  let bytes = 0
  let parts = 0
  for await (const part of gathered(stream)) {
    parts += 1
    bytes += part.length
    counter.bytes += part.length
    hash.update(part)
    yield { name: partEntry(table.name, parts), bytes: part }
    onProgress({ table: table.name, ...counter })
  }
  const rows = stream.rowCount
  counter.rows += rows
  onProgress({ table: table.name, ...counter })
  return { name: table.name, rows, bytes, parts, sha256: hash.digest('hex') }
}

/** The same bytes in larger pieces. */
async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    length += chunk.length
    if (length < PART_BYTES) continue
    yield Buffer.concat(held)
    held = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(held)
}

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const jsonEntry = (name: string, value: object): ArchiveEntry => ({
  name,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`),
})
