import { resolve } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { haltSending } from '../../custody/outgoing/halt-sending.action.ts'
import { leaveGaps } from '../../custody/leave-gaps.action.ts'
import { systemClock, type Clock } from '../../shell/clock.ts'
import { readConfig, type Config } from '../../shell/config.ts'
import { openCopying } from '../../shell/copying.ts'
import type { DbTx } from '../../shell/db.ts'
import { leaveAccountGap } from '../../tenancy/leave-gap.action.ts'
import type { Machine } from '../cli/command.ts'
import type { RestoreGiven } from '../commands/backup.ts'
import { openDatabaseBeside } from '../database.ts'
import { progressText } from '../progress.ts'
import type { BackupHead } from './format.ts'
import { findMasterKey, masterKeyAmong, masterKeyCheck, writeKeys } from './keys.ts'
import { paced } from './paced.ts'
import { readPassphraseFile } from './passphrase.ts'
import { restoreInto, type ReadBackup } from './restore-into.action.ts'
import { insertRestoration } from './restoration.store.ts'

/** `coffer restore`: a backup into an empty database. @returns the exit code */
export async function restore(machine: Machine, given: RestoreGiven): Promise<number> {
  const { notes, env } = machine
  const config = readConfig(env)
  const file = resolve(given.from)
  const passphrase = await readPassphraseFile(given['passphrase-file'])
  await using database = await openDatabaseBeside(config, () => Promise.resolve())
  await using copying = await openCopying(database.url)
  const step = notes.step('Restoring')
  const say = paced(systemClock, step.update)
  const masterKey = await findMasterKey(config)
  const brings = (head: BackupHead): boolean => given['with-keystore'] && head.keystore
  const backup = await restoreInto(
    { copying, clock: systemClock },
    { file, passphrase },
    {
      where: database.name,
      onHead: (head) => {
        if (given['with-keystore'] && !head.keystore) {
          throw new AppError('backup.keystore_not_there', { problem: `${file} has none.` })
        }
        if (!brings(head)) mustBeKeyOf(head, masterKey)
      },
      onProgress: ({ table, done, of }) => {
        machine.signal.throwIfAborted()
        say(() => `${progressText(done, of)} tables (${table})`)
      },
      settle: async (dbTx, read) => {
        await settleRestored(dbTx, systemClock, read)
        if (brings(read.head)) await bringKeys(config, read, machine)
      },
    },
  )
  step.done(`${backup.manifest.tables.length} tables, as they were at ${backup.head.taken_at}`)
  for (const line of whatNow(backup)) notes.line(line)
  return 0
}

/**
 * What makes a database safe whose rows are older than the chain: nothing is signed before somebody
 * says so, and no address is handed out a second time.
 */
export async function settleRestored(
  dbTx: DbTx,
  clock: Clock,
  { head }: Pick<ReadBackup, 'head'>,
): Promise<void> {
  const now = clock.now()
  const reason = `the database was restored from a backup of ${head.taken_at}`
  await haltSending(dbTx, { haltedAt: now, reason })
  await leaveGaps(dbTx, now)
  await leaveAccountGap(dbTx)
  await insertRestoration(dbTx, { backupId: head.id, takenAt: Date.parse(head.taken_at), now })
}

function mustBeKeyOf(head: BackupHead, masterKey: Uint8Array | undefined): void {
  if (head.master_key_check === null) return
  const own = masterKey === undefined ? undefined : masterKeyCheck(masterKey, head.id)
  if (own !== head.master_key_check) throw new AppError('backup.master_key_differs', {})
}

/** Keys that are here already stay; those that do not fit the backup are refused before. */
async function bringKeys(
  config: Config,
  { head, keys }: ReadBackup,
  { notes }: Machine,
): Promise<void> {
  mustBeKeyOf(head, (await findMasterKey(config)) ?? masterKeyAmong(keys))
  for (const { name, isWritten } of await writeKeys(config, keys)) {
    notes.line(isWritten ? `  ${name} written` : `  ${name} is there already, and stays as it is`)
  }
}

function whatNow({ head }: ReadBackup): readonly string[] {
  const seeds = head.seeds.length === 0 ? 'any seed' : `the seed ${head.seeds.join(', ')}`
  return [
    'Sending is halted: the chain may know of payments that this copy has forgotten.',
    `  1. Start the signer of ${seeds}, with its newest log if that is left.`,
    '  2. coffer verify, and compare what the chains paid since with what you know.',
    '  3. coffer halts --resume sending',
  ]
}
