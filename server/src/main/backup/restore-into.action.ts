import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { AppError } from '../../errors/app-error.ts'
import type { Clock } from '../../shell/clock.ts'
import type { Copying } from '../../shell/copying.ts'
import { inDbTx, sqlState, type DbTx } from '../../shell/db.ts'
import { migrateIn, mustKnow } from '../../shell/migrate.ts'
import { readArchive, type ArchiveEntry, type ArchivePlace } from './archive.ts'
import {
  copied,
  FORMAT,
  formatOf,
  HEAD_ENTRY,
  headSchema,
  KEYS_PREFIX,
  MANIFEST_ENTRY,
  manifestSchema,
  partIn,
  type BackupHead,
  type BackupTable,
  type Manifest,
  type TableSum,
} from './format.ts'
import { quietTriggers, someTable, wakeTriggers } from './tables.store.ts'

/** A backup as it was read, whole. */
export type ReadBackup = Readonly<{
  head: BackupHead
  manifest: Manifest
  /** Key files, by their names. */
  keys: readonly ArchiveEntry[]
}>

/** What a restore needs. */
export type RestoreCtx = Readonly<{ copying: Copying; clock: Clock }>

/** What goes with it. */
export type RestoreOptions = Readonly<{
  /** How the database is called in refusals. */
  where: string
  /** Looks at the backup before its first row. @throws to refuse it */
  onHead?: (head: BackupHead) => void
  onProgress?: (progress: Readonly<{ table: string; done: number; of: number }>) => void
  /** Works on what is there in the end, before the commit. */
  settle?: (dbTx: DbTx, backup: ReadBackup) => Promise<void>
}>

/**
 * Brings a backup into an empty database: all of it, after every hash was compared and its tables
 * were brought to this version, or nothing.
 *
 * @throws backup.database_not_empty, format_unknown, damaged, and what `readArchive` throws;
 *   shell.database_newer, shell.migration_changed
 */
export async function restoreInto(
  { copying }: RestoreCtx,
  place: ArchivePlace,
  options: RestoreOptions,
): Promise<ReadBackup> {
  const damaged = (problem: string, cause?: unknown): AppError =>
    new AppError('backup.damaged', { file: place.file, problem }, { cause })
  return inDbTx({ db: copying }, async (dbTx) => {
    const table = await someTable(dbTx)
    if (table !== undefined) {
      throw new AppError('backup.database_not_empty', { where: options.where, table })
    }
    try {
      const backup = await load(dbTx, copying, { place, options, damaged })
      await migrateIn(dbTx)
      await options.settle?.(dbTx, backup)
      return backup
    } catch (error) {
      copying.abandon()
      // Rows that the tables do not take (22, 23) were never in them: so says the file, not we.
      const state = sqlState(error) ?? ''
      if (!/^2[23]/.test(state)) throw error
      throw damaged(error instanceof Error ? error.message : state, error)
    }
  })
}

type Loading = Readonly<{
  place: ArchivePlace
  options: RestoreOptions
  damaged: (problem: string, cause?: unknown) => AppError
}>

async function load(
  dbTx: DbTx,
  copying: Copying,
  { place, options, damaged }: Loading,
): Promise<ReadBackup> {
  const keys: ArchiveEntry[] = []
  const sums: TableSum[] = []
  let head: BackupHead | undefined
  let manifest: Manifest | undefined
  let filling: Filling | undefined
  const end = async (): Promise<void> => {
    if (filling !== undefined) sums.push(await filling.end())
    filling = undefined
  }
  for await (const { name, bytes } of readArchive(place)) {
    if (manifest !== undefined) throw damaged(`${name} comes after its end`)
    if (head === undefined) {
      head = readHead(name, bytes, damaged)
      options.onHead?.(head)
      await mustKnow(head.migrations)
      await migrateIn(dbTx, head.migrations.at(-1)?.version)
      continue
    }
    const part = partIn(name)
    if (part !== undefined) {
      const table = head.tables.find((one) => one.name === part.table)
      if (table === undefined) throw damaged(`it has rows of ${part.table}, which it does not list`)
      if (filling?.table !== table) {
        await end()
        filling = await fill(dbTx, copying, table)
        options.onProgress?.({
          table: table.name,
          done: head.tables.indexOf(table),
          of: head.tables.length,
        })
      }
      await filling.take(bytes)
      continue
    }
    await end()
    if (name === MANIFEST_ENTRY) manifest = readManifest(bytes, damaged)
    else if (name.startsWith(KEYS_PREFIX)) {
      keys.push({ name: name.slice(KEYS_PREFIX.length), bytes })
    } else throw damaged(`${name} is nothing that a backup has`)
  }
  if (head === undefined || manifest === undefined) throw damaged('its end is missing')
  const problem = differenceOf({ head, manifest, keys }, sums)
  if (problem !== undefined) throw damaged(problem)
  return { head, manifest, keys }
}

type Damaged = Loading['damaged']

function readHead(name: string, bytes: Uint8Array, damaged: Damaged): BackupHead {
  const json = name === HEAD_ENTRY ? parsed(bytes) : undefined
  const found = formatOf(json)
  if (found === undefined) throw damaged(`it does not begin with ${HEAD_ENTRY}`)
  if (found !== FORMAT) throw new AppError('backup.format_unknown', { found, known: FORMAT })
  const head = headSchema.safeParse(json)
  if (!head.success) throw damaged(`its ${HEAD_ENTRY} is not of format ${FORMAT}`, head.error)
  return head.data
}

function readManifest(bytes: Uint8Array, damaged: Damaged): Manifest {
  const manifest = manifestSchema.safeParse(parsed(bytes))
  if (!manifest.success) throw damaged(`its ${MANIFEST_ENTRY} cannot be read`, manifest.error)
  return manifest.data
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** What differs between what was read and what the manifest says, in words. */
function differenceOf(
  { head, manifest, keys }: ReadBackup,
  sums: readonly TableSum[],
): string | undefined {
  if (manifest.id !== head.id) return 'its end is of another backup'
  const listed = manifest.tables.map((one) => one.name)
  const missing = head.tables.find(({ name }) => !listed.includes(name))
  if (missing !== undefined) return `${missing.name} is missing`
  for (const told of manifest.tables) {
    const empty = { name: told.name, rows: 0, bytes: 0, parts: 0, sha256: EMPTY }
    const read = sums.find((one) => one.name === told.name) ?? empty
    if (read.sha256 !== told.sha256) return `the rows of ${told.name} are not those it had`
    if (read.rows !== told.rows) return `${told.name} had ${told.rows} rows, not ${read.rows}`
  }
  const file = manifest.files.find(
    ({ name, sha256 }) =>
      keys.find((one) => one.name === name)?.bytes === undefined ||
      hexOf(keys.find((one) => one.name === name)?.bytes ?? new Uint8Array()) !== sha256,
  )
  return file === undefined ? undefined : `the key file ${file.name} is not the one it was`
}

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const EMPTY = hexOf(new Uint8Array())

/** A table that is being filled. */
type Filling = Readonly<{
  table: BackupTable
  take: (bytes: Uint8Array) => Promise<void>
  end: () => Promise<TableSum>
}>

async function fill(dbTx: DbTx, copying: Copying, table: BackupTable): Promise<Filling> {
  await quietTriggers(dbTx, table)
  const stream = copying.copyIn(`copy ${copied(table)} from stdin`)
  const ending = finished(stream)
  // Met where the stream is used; here it would be unheard.
  ending.catch(() => undefined)
  const hash: Hash = createHash('sha256')
  let bytes = 0
  let parts = 0
  return {
    table,
    take: async (part) => {
      hash.update(part)
      bytes += part.length
      parts += 1
      if (!stream.write(part)) await Promise.race([once(stream, 'drain'), ending])
    },
    end: async () => {
      stream.end()
      await ending
      await wakeTriggers(dbTx, table)
      const { name } = table
      return { name, rows: stream.rowCount, bytes, parts, sha256: hash.digest('hex') }
    },
  }
}
