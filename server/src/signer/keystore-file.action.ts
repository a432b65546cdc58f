import { randomBytes } from 'node:crypto'
import { chmod, link, lstat, mkdir, open, readFile, rm } from 'node:fs/promises'
import { AppError } from '../errors/app-error.ts'
import {
  ENTROPY_BYTES,
  openKeystore,
  readSignerKey,
  sealKeystore,
  SEALING_BYTES,
  type Places,
} from './keystore.ts'

/** Where the entropy comes from. */
export type KeystoreOptions = Readonly<{
  directory: string
  keystore: string
  keyFile: string
  /** The key itself, 64 hex digits; empty: it is in `keyFile`. */
  key: string
}>

/**
 * The entropy of the keystore in a directory. At the first start it is drawn and sealed; a key
 * that nobody gave is made then too, never later: a keystore whose key is lost stays as it is.
 *
 * @returns 32 bytes; whoever gets them wipes them
 * @throws signer.key_missing, signer.key_not_readable, signer.key_differs,
 *   signer.keystore_damaged, signer.keystore_newer, signer.directory_unsafe
 */
export async function openKeystoreFile(options: KeystoreOptions): Promise<Buffer> {
  await ownDirectory(options.directory)
  const text = await readIfThere(options.keystore)
  const signerKey = await findKey(options, text !== undefined)
  const places: Places = {
    keystore: options.keystore,
    key: options.key === '' ? options.keyFile : 'COFFER_SIGNER_KEY',
  }
  try {
    const sealed = text ?? (await makeKeystore(options, signerKey))
    return openKeystore(sealed, signerKey, places)
  } finally {
    signerKey.fill(0)
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

async function findKey(options: KeystoreOptions, keystoreIsThere: boolean): Promise<Buffer> {
  const { key, keyFile, keystore } = options
  if (key !== '') return readSignerKey(key, 'COFFER_SIGNER_KEY')
  const text = await readIfThere(keyFile)
  if (text !== undefined) return readSignerKey(text, keyFile)
  if (keystoreIsThere) throw new AppError('signer.key_missing', { keystore, keyFile })
  return readSignerKey(await writeOnce(keyFile, `${randomBytes(32).toString('hex')}\n`), keyFile)
}

async function makeKeystore(options: KeystoreOptions, signerKey: Uint8Array): Promise<string> {
  const entropy = randomBytes(ENTROPY_BYTES)
  try {
    return await writeOnce(
      options.keystore,
      sealKeystore(entropy, signerKey, randomBytes(SEALING_BYTES)),
    )
  } finally {
    entropy.fill(0)
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
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
