import { define } from '../define.ts'

/** Refusals of `shell/`: what stops the program from starting or going on. */
export const shellErrors = {
  'shell.setting_invalid': define<{ env: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `The setting ${c.env} is not usable: ${c.problem}`,
  }),
  'shell.arguments_invalid': define<{ problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `The command does not understand what is given to it: ${c.problem}`,
  }),
  'shell.port_taken': define<{ host: string; port: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `Port ${c.port} on ${c.host} is taken. Stop what listens there, or set PORT to another.`,
  }),
  'shell.database_unreachable': define<{ where: string; problem: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The database at ${c.where} does not answer (${c.problem}). Start it or check DATABASE_URL.`,
  }),
  'shell.database_newer': define<{ found: number; known: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The database is at version ${c.found}, this Coffer knows ${c.known}. Start the newer Coffer that made it.`,
  }),
  'shell.data_newer': define<{ directory: string; found: number; known: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.directory} was written by a newer Coffer (layout ${c.found}, this one knows ${c.known}). Start that one, or set COFFER_DATA to another directory.`,
  }),
  'shell.data_in_use': define<{ directory: string; pid: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.directory} is in use by the running process ${c.pid}. Stop it first, or set COFFER_DATA to another directory.`,
  }),
  'shell.seal_broken': define<{ what: string }>({
    status: 500,
    retry: 'never',
    say: (c) =>
      `${c.what} cannot be opened with this master key. Restore the key it was sealed with.`,
  }),
  'shell.migration_changed': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The migration ${c.file} differs from the one that was applied. Restore the released file.`,
  }),
  'shell.url_refused': define<{ reason: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `This URL cannot be used: ${c.reason}. Give an https:// URL of a server that the internet reaches (in the sandbox also one on this machine).`,
  }),
}
