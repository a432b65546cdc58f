import { randomBytes } from 'node:crypto'
import { chmod, link, lstat, mkdir, open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../errors/app-error.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { keyWrapper, passphraseWrapper, readPassphrase, type KeyWrapper } from './key-wrapper.ts'
import { ENTROPY_BYTES, readSignerKey, type Places } from './keystore.ts'
import { firstLine } from './log-file.action.ts'

/** What somebody gave to open the keystore with: its text, and where it was read. */
export type GivenSecret = Readonly<{ by: KeyWrapper['by']; text: string; where: string }>

/** Where the entropy comes from. */
export type KeystoreOptions = Readonly<{
  directory: string
  keystore: string
  /** Holds the key, 64 hex digits, where nothing else is given. */
  keyFile: string
  /** The log that begins together with the keystore. */
  log: string
  given: GivenSecret | undefined
  now: number
}>

/**
 * The entropy of the keystore in a directory. At the first start it is drawn and sealed; a key
 * that nobody gave is made then too, never later: a keystore whose key is lost stays as it is.
 *
 * @returns 32 bytes; whoever gets them wipes them
 * @throws signer.key_missing, signer.key_not_readable, signer.passphrase_too_short,
 *   signer.key_differs, signer.passphrase_differs, signer.key_of_another_kind,
 *   signer.keystore_damaged, signer.keystore_newer, signer.directory_unsafe
 */
export async function openKeystoreFile(options: KeystoreOptions): Promise<Buffer> {
  await ownDirectory(options.directory)
  const text = await readIfThere(options.keystore)
  const { given, keyFile, keystore } = options
  const secret = given ?? (await keyInFile(options, text !== undefined))
  const places: Places = { keystore, key: given?.where ?? keyFile }
  const bytes =
    secret.by === 'key'
      ? readSignerKey(secret.text, places.key)
      : readPassphrase(secret.text, places.key)
  try {
    const wrapper = secret.by === 'key' ? keyWrapper(bytes) : passphraseWrapper(bytes)
    return await openEnvelope(text ?? (await makeKeystore(options, wrapper)), wrapper, places)
  } finally {
    bytes.fill(0)
  }
}

/**
 * Makes a directory that only this user may enter.
 * @throws signer.directory_unsafe when it is a link, or somebody else's
 */
export async function ownDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    // Something else has that name; what it is decides below.
    if (!hasCode(error, 'EEXIST')) throw error
  })
  const found = await lstat(directory)
  const problem = !found.isDirectory()
    ? 'it is a link or a file'
    : found.uid !== process.getuid?.()
      ? `it belongs to user ${found.uid}`
      : undefined
  if (problem !== undefined) throw new AppError('signer.directory_unsafe', { directory, problem })
  await chmod(directory, 0o700)
}

async function keyInFile(
  { keyFile, keystore }: KeystoreOptions,
  keystoreIsThere: boolean,
): Promise<Pick<GivenSecret, 'by' | 'text'>> {
  const text = await readIfThere(keyFile)
  if (text !== undefined) return { by: 'key', text }
  if (keystoreIsThere) throw new AppError('signer.key_missing', { keystore, keyFile })
  return { by: 'key', text: await writeOnce(keyFile, `${randomBytes(32).toString('hex')}\n`) }
}

async function makeKeystore(options: KeystoreOptions, wrapper: KeyWrapper): Promise<string> {
  const entropy = randomBytes(ENTROPY_BYTES)
  try {
    // First the log: a keystore without one has lost it, and signs nothing of value for a day.
    await writeOnce(options.log, firstLine(options.now))
    return await writeOnce(options.keystore, await sealEnvelope(entropy, wrapper))
  } finally {
    entropy.fill(0)
  }
}

/** The text of a file; absent where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Writes a file whole or not at all, and never over another. @returns what the file holds now */
async function writeOnce(file: string, text: string): Promise<string> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
  } catch (error) {
    // Another process was first: what it wrote is what counts.
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  await syncDirectory(file)
  return readFile(file, 'utf8')
}

/** Without this a crash of the machine may forget the name of a file whose bytes were written. */
async function syncDirectory(file: string): Promise<void> {
  const directory = await open(file.slice(0, file.lastIndexOf('/')), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
