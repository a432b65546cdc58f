import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'

const SHORTEST = 16

/**
 * The passphrase in a file: its first line, of at least 16 characters.
 *
 * @param file absent: nobody gave one
 * @throws backup.file_not_usable, backup.backup_passphrase_too_short
 */
export async function readPassphraseFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('backup.file_not_usable', { file, problem }, { cause })
  })
  const [line = ''] = text.normalize('NFKC').split(/\r?\n/)
  if (line.length < SHORTEST) throw new AppError('backup.backup_passphrase_too_short', { file })
  return line
}
