import { createHash, randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { systemClock } from '../../shell/clock.ts'
import { readConfig } from '../../shell/config.ts'
import { openCopying } from '../../shell/copying.ts'
import { inDbTx } from '../../shell/db.ts'
import type { Machine } from '../cli/command.ts'
import type { BackupGiven } from '../commands/backup.ts'
import { openDatabaseBeside } from '../database.ts'
import { progressText } from '../progress.ts'
import { writeArchive, type ArchiveEntry } from './archive.ts'
import type { BackupHead, Manifest } from './format.ts'
import { findMasterKey, masterKeyCheck, readKeys } from './keys.ts'
import { paced } from './paced.ts'
import { readPassphraseFile } from './passphrase.ts'
import { snapshot, type BackupProgress } from './snapshot.action.ts'
import { hasMigrations } from './tables.store.ts'

const MEBIBYTE = 1024 * 1024

/** `coffer backup`: one moment of the database, in a file. @returns the exit code */
export async function backup(machine: Machine, given: BackupGiven): Promise<number> {
  const { terminal, notes, env } = machine
  const config = readConfig(env)
  const passphrase = await readPassphraseFile(given['passphrase-file'])
  if (passphrase === undefined) mustBeMeant(given)
  const keys = given['with-keystore'] ? await readKeys(config) : []
  const asIs = (): Promise<void> => Promise.resolve()
  await using database = await openDatabaseBeside(config, asIs)
  if (!(await hasMigrations(database.db))) {
    throw new AppError('backup.nothing_to_back_up', { where: database.name })
  }
  const file = resolve(given.to)
  const step = notes.step('Backing up')
  const made = await write(database.url, { file, passphrase, keys, machine, step })
  const rows = made.manifest.tables.reduce((sum, one) => sum + one.rows, 0)
  step.done(`${rows} rows of ${made.manifest.tables.length} tables`)
  terminal.line(file)
  sayWhatIsMissing(notes.line, made.head)
  return 0
}

/** Without a passphrase whoever has the file has every name, address and balance in it. */
function mustBeMeant(given: BackupGiven): void {
  if (given['with-keystore']) {
    throw new AppError('backup.passphrase_needed', { why: 'Keys are never written in the clear.' })
  }
  if (given.plain) return
  const why = 'A backup tells who paid what to whom: it is encrypted, or asked for with --plain.'
  throw new AppError('backup.passphrase_needed', { why })
}

type Writing = Readonly<{
  file: string
  passphrase: string | undefined
  keys: readonly ArchiveEntry[]
  machine: Machine
  step: ReturnType<Machine['notes']['step']>
}>

type Made = Readonly<{ head: BackupHead; manifest: Manifest }>

async function write(
  url: string,
  { file, passphrase, keys, machine, step }: Writing,
): Promise<Made> {
  const id = createHash('sha256').update(randomBytes(32)).digest('hex')
  const masterKey = await findMasterKey(readConfig(machine.env))
  const say = paced(systemClock, step.update)
  let made: Made | undefined
  await using copying = await openCopying(url)
  await inDbTx({ db: copying }, async (dbTx) => {
    await dbTx.script('set transaction isolation level repeatable read, read only')
    const entries = snapshot(
      { ...dbTx, copyOut: copying.copyOut },
      {
        id,
        keys,
        clock: systemClock,
        masterKeyCheck: masterKey === undefined ? undefined : masterKeyCheck(masterKey, id),
        onProgress: (progress) => {
          machine.signal.throwIfAborted()
          say(() => told(progress))
        },
        onDone: (head, manifest) => (made = { head, manifest }),
      },
    )
    try {
      await writeArchive({ file, passphrase }, entries)
    } catch (error) {
      copying.abandon()
      throw error
    }
  })
  if (made === undefined) throw new Error('a backup that was written has an end')
  return made
}

const told = ({ table, rows, bytes, of }: BackupProgress): string =>
  `${progressText(rows, Math.max(rows, of, 1))} rows, ${(bytes / MEBIBYTE).toFixed(1)} MiB (${table})`

function sayWhatIsMissing(line: (text: string) => void, head: BackupHead): void {
  const needed =
    head.seeds.length === 0 ? '' : ` Its addresses are of the seed ${head.seeds.join(', ')}.`
  if (head.keystore) {
    return line(
      `The keys are in it: whoever has this file and its passphrase has the coins.${needed}`,
    )
  }
  line(`The master key and the signer's directory are not in it: back them up apart.${needed}`)
}
