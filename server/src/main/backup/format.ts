import { z } from 'zod'
import type { BookId } from '../../shell/book.ts'

/** The format that this Coffer writes, and the only one that it reads. */
export const FORMAT = 1

/** The first entry of the archive, and the last. Between them are the tables, part by part. */
export const HEAD_ENTRY = 'backup.json'

/** See `HEAD_ENTRY`. */
export const MANIFEST_ENTRY = 'manifest.json'

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const bookId = z.custom<BookId>((value) => typeof value === 'string' && value.length > 0)
const count = z.int().min(0)

const tableSchema = z.strictObject({ name, columns: z.array(name).min(1) })

/** A table as the backup has it; those to which others refer come first. */
export type BackupTable = z.output<typeof tableSchema>

/** What has to be known before the first row: of what the backup is, and how it is laid out. */
export const headSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Drawn for this backup. */
  id: hash,
  /** The time of the snapshot, by the clock of whoever took it. */
  taken_at: z.iso.datetime(),
  /** `select version()` of the server. */
  database: z.string(),
  migrations: z
    .array(z.strictObject({ version: z.int().min(1), file: z.string(), checksum: hash }))
    .min(1),
  tables: z.array(tableSchema),
  /** A keyed hash of `id`: it tells the master key that sealed columns need, and nothing of it. */
  master_key_check: hash.nullable(),
  /** Fingerprints of the seeds under which addresses were handed out. */
  seeds: z.array(z.string().regex(/^[0-9a-f]{8}$/)),
  /** Whether the keys are in it. */
  keystore: z.boolean(),
})

/** See `headSchema`. */
export type BackupHead = z.output<typeof headSchema>

/** What can be said only afterwards. */
export const manifestSchema = z.strictObject({
  id: hash,
  finished_at: z.iso.datetime(),
  tables: z.array(z.strictObject({ name, rows: count, bytes: count, parts: count, sha256: hash })),
  files: z.array(z.strictObject({ name: z.string(), sha256: hash })),
  /** Where the chain of hashes of each book ends. */
  heads: z.array(z.strictObject({ book_id: bookId, position: z.int().min(1), hash })),
})

/** See `manifestSchema`. */
export type Manifest = z.output<typeof manifestSchema>

/** What a table came to. */
export type TableSum = Manifest['tables'][number]

/** The archive's name of a part of a table, from 1. */
export const partEntry = (table: string, part: number): string =>
  `tables/${table}/${String(part).padStart(8, '0')}.copy`

/** The table and number in such a name; absent where it is none. */
export function partIn(entry: string): Readonly<{ table: string; part: number }> | undefined {
  const [, table, part] = /^tables\/([a-z0-9_]+)\/(\d{8})\.copy$/.exec(entry) ?? []
  return table === undefined ? undefined : { table, part: Number(part) }
}

/** The archive's directory of key files. */
export const KEYS_PREFIX = 'keys/'

/** The form that a file claims to have; absent where it claims none. */
export const formatOf = (head: unknown): number | undefined => {
  const read = z.looseObject({ format: z.int() }).safeParse(head)
  return read.success ? read.data.format : undefined
}

const quoted = (text: string): string => `"${text}"`

/** `"name" ("column", …)`, for COPY. The names have been held to a form without quotes. */
export const copied = ({ name: table, columns }: BackupTable): string =>
  `${quoted(table)} (${columns.map(quoted).join(', ')})`
