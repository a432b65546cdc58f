import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors/app-error.ts'

/** Layout of the data directory; raised when an older Coffer could not read it any more. */
export const LAYOUT = 1

/** The directory of keys, the embedded database and `sandbox.json`. */
export type DataDirectory = Readonly<{ path: string; masterKey: Buffer }>

/** The claim of one process on a data directory; disposing gives it up. */
export type DirectoryClaim = AsyncDisposable

/**
 * Opens the directory, making it and its master key at the first time.
 *
 * @param masterKeyHex 64 hex digits that replace the key file; empty for none
 * @throws shell.data_newer when a later Coffer wrote it
 */
export async function openDataDirectory(
  path: string,
  masterKeyHex: string,
): Promise<DataDirectory> {
  // Others may pass through to the database's cluster; every file in it is closed to them.
  await mkdir(path, { recursive: true, mode: 0o711 })
  await chmod(path, 0o711)
  await checkLayout(path)
  const hex = masterKeyHex === '' ? await keyFile(join(path, 'master.key')) : masterKeyHex
  return { path, masterKey: Buffer.from(hex, 'hex') }
}

async function checkLayout(directory: string): Promise<void> {
  const file = join(directory, 'layout')
  const text = await onceWritten(file, `${LAYOUT}\n`)
  const found = Number(text.trim())
  if (found > LAYOUT) throw new AppError('shell.data_newer', { directory, found, known: LAYOUT })
}

const keyFile = async (file: string): Promise<string> =>
  (await onceWritten(file, randomBytes(32).toString('hex'))).trim()

/** The text of a file that is written once: two processes that start together agree on it. */
async function onceWritten(file: string, text: string): Promise<string> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  // Linking is atomic: whoever comes second reads a whole file, never half of one.
  await link(draft, file).catch(() => undefined)
  await rm(draft)
  return readFile(file, 'utf8')
}

/**
 * Claims the directory for the one process that runs its signer and database.
 * @throws shell.data_in_use when another living process holds it
 */
export async function claimDirectory(path: string): Promise<DirectoryClaim> {
  const file = join(path, 'coffer.pid')
  const holder = Number(await readFile(file, 'utf8').catch(() => '0'))
  if (holder > 0 && holder !== process.pid && (await isCoffer(holder))) {
    throw new AppError('shell.data_in_use', { directory: path, pid: holder })
  }
  const handle = await open(file, 'w', 0o600)
  await handle.writeFile(String(process.pid))
  await handle.close()
  return {
    [Symbol.asyncDispose]: () => rm(file, { force: true }),
  }
}

/** A pid that was given to some other program meanwhile is no claim. */
async function isCoffer(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'main.ts')
  return command.includes('main.ts') || command.includes('node')
}
