import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, option } from '../cli/parameter.ts'

const passphraseFile = option(z.string().min(1).optional(), {
  doc: 'a file whose first line is the passphrase, of 16 characters or more',
  value: 'FILE',
})

/** What is typed after it. */
export const backupGiven = z.strictObject({
  to: option(z.string().min(1), {
    doc: 'the file to write, which is not there yet',
    value: 'FILE',
  }),
  'passphrase-file': passphraseFile,
  'with-keystore': flag("the master key and the signer's keystore too; needs a passphrase"),
  plain: flag('in the clear: names, addresses and balances can be read by whoever has it'),
})

/** What `coffer backup` is given. */
export type BackupGiven = z.output<typeof backupGiven>

/** `coffer backup` */
export const backup = command({
  name: 'backup',
  doc: 'write one moment of the database into a file, beside a running platform',
  more:
    'It is encrypted by a passphrase (the format of age), and holds neither the master key nor the ' +
    "signer's keystore unless that is asked for: those are backed up apart. The file has its name " +
    'only when all of it is on the disk. docs/operations.md tells more.',
  given: backupGiven,
  examples: [
    {
      line: 'backup --to coffer.backup --passphrase-file passphrase.txt',
      doc: 'what has to be run every day',
    },
    { line: 'backup --to coffer.backup --plain', doc: 'for a disk that is encrypted itself' },
  ],
  load: async () => (await import('../backup/backup.ts')).backup,
})

const from = option(z.string().min(1), {
  doc: 'the file that `coffer backup` wrote',
  value: 'FILE',
})

/** What is typed after it. */
export const restoreGiven = z.strictObject({
  from,
  'passphrase-file': passphraseFile,
  'with-keystore': flag('bring back the keys that are in it, where there are none'),
})

/** What `coffer restore` is given. */
export type RestoreGiven = z.output<typeof restoreGiven>

/** `coffer restore` */
export const restore = command({
  name: 'restore',
  doc: 'bring a backup into an empty database, all of it or nothing',
  more:
    'Afterwards nothing is sent until somebody says so ("coffer halts --resume sending"): the chain ' +
    'may know of payments that the copy has forgotten.',
  given: restoreGiven,
  examples: [
    {
      line: 'restore --from coffer.backup --passphrase-file passphrase.txt',
      doc: 'into DATABASE_URL, or into an empty COFFER_DATA',
    },
  ],
  load: async () => (await import('../backup/restore.ts')).restore,
})

/** What is typed after it. */
export const verifyRestoreGiven = z.strictObject({
  from,
  'passphrase-file': passphraseFile,
  'on-server': flag("in a database of its own on DATABASE_URL's server, dropped afterwards"),
})

/** What `coffer verify-restore` is given. */
export type VerifyRestoreGiven = z.output<typeof verifyRestoreGiven>

/** `coffer verify-restore` */
export const verifyRestore = command({
  name: 'verify-restore',
  doc: 'restore a backup on the side, and prove it by its ledger and by the chains',
  more:
    'It restores into a temporary database, replays the ledger against the hashes that were known ' +
    'when the backup was made, reads the chains again, and compares what the books hold with what ' +
    'lies on them. It sends nothing.',
  given: verifyRestoreGiven,
  examples: [
    {
      line: 'verify-restore --from coffer.backup --passphrase-file passphrase.txt',
      doc: 'the drill: a backup that was never restored is a hope',
    },
  ],
  exits: { 3: 'it does not hold what it should; each failure is named' },
  load: async () => (await import('../backup/verify-restore.ts')).verifyRestore,
})
