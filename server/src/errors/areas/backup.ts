import { define } from '../define.ts'

/** Refusals of `coffer backup`, `restore` and `verify-restore`. */
export const backupErrors = {
  'backup.file_exists': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.file} is there already. Give the backup a name of its own.`,
  }),
  'backup.file_not_usable': define<{ file: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.file} cannot be used: ${c.problem}`,
  }),
  'backup.nothing_to_back_up': define<{ where: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.where} has no Coffer in it. Check DATABASE_URL and COFFER_DATA.`,
  }),
  'backup.passphrase_needed': define<{ why: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.why} Name a file with the passphrase: --passphrase-file FILE.`,
  }),
  'backup.backup_passphrase_too_short': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The passphrase in ${c.file} is too short: one line of at least 16 characters is expected.`,
  }),
  'backup.passphrase_wrong': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `The passphrase does not open ${c.file}, or the first bytes of it are damaged.`,
  }),
  'backup.not_a_backup': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.file} does not begin as a backup of Coffer does.`,
  }),
  'backup.format_unknown': define<{ found: number; known: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The backup has format ${c.found}, this Coffer reads ${c.known}. Restore it with the Coffer that made it.`,
  }),
  'backup.damaged': define<{ file: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.file} is damaged: ${c.problem}. Nothing was restored; take another backup.`,
  }),
  'backup.database_not_empty': define<{ where: string; table: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.where} is not empty (it has a table ${c.table}). A backup is restored into an empty database only.`,
  }),
  'backup.master_key_differs': define<Record<string, never>>({
    status: 500,
    retry: 'changed',
    say: () =>
      'The master key is not the one that sealed this backup. Set COFFER_MASTER_KEY, or bring back master.key, before you restore.',
  }),
  'backup.keystore_not_there': define<{ problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `There are no keys to go with the backup: ${c.problem}`,
  }),
}
