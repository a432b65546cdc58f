import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { Config } from '../../shell/config.ts'
import { createSealer } from '../../shell/sealer.ts'
import { signerPaths } from '../../signer/paths.ts'
import type { ArchiveEntry } from './archive.ts'

type Place = Pick<Config, 'dataDirectory' | 'masterKey'>

const MASTER_KEY = 'master.key'
const KEYSTORE = 'signer/keystore.json'

/** Names in the archive, and where they lie. The signer's log is not among them: see the ADR. */
function placesOf(dataDirectory: string): ReadonlyMap<string, string> {
  const signer = signerPaths(dataDirectory)
  return new Map([
    [MASTER_KEY, join(dataDirectory, MASTER_KEY)],
    [KEYSTORE, signer.keystore],
    ['signer/signer.key', signer.keyFile],
    ['signer/policy.json', signer.policy],
  ])
}

/** The master key of this machine; absent where it has none. It is never made here. */
export async function findMasterKey(place: Place): Promise<Buffer | undefined> {
  if (place.masterKey !== '') return Buffer.from(place.masterKey, 'hex')
  const bytes = await readIfThere(join(place.dataDirectory, MASTER_KEY))
  return bytes === undefined ? undefined : keyIn(bytes)
}

const keyIn = (bytes: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(bytes).toString('utf8').trim(), 'hex')

/** Tells a master key by a backup's id, without telling the key. */
export const masterKeyCheck = (masterKey: Uint8Array, backupId: string): string =>
  createSealer(masterKey).lookupHash('backup.master_key', backupId).toString('hex')

/** The master key among the files of a backup; absent where there is none. */
export function masterKeyAmong(files: readonly ArchiveEntry[]): Buffer | undefined {
  const file = files.find((one) => one.name === MASTER_KEY)
  return file === undefined ? undefined : keyIn(file.bytes)
}

/**
 * The key files of this machine.
 * @throws backup.keystore_not_there
 */
export async function readKeys(place: Place): Promise<readonly ArchiveEntry[]> {
  const found: ArchiveEntry[] = []
  for (const [name, path] of placesOf(place.dataDirectory)) {
    const bytes = await readIfThere(path)
    if (bytes !== undefined) found.push({ name, bytes })
  }
  // A key that was given by a setting is as good as one in a file, and must not be forgotten.
  if (place.masterKey !== '') {
    const given = { name: MASTER_KEY, bytes: Buffer.from(place.masterKey) }
    found.splice(0, found.length, given, ...found.filter((one) => one.name !== MASTER_KEY))
  }
  if (found.some((one) => one.name === KEYSTORE)) return found
  const problem = `${placesOf(place.dataDirectory).get(KEYSTORE)} is not there. Check COFFER_DATA.`
  throw new AppError('backup.keystore_not_there', { problem })
}

/**
 * Puts key files where they belong; what is there already stays as it is.
 * @returns for each name whether it was written
 */
export async function writeKeys(
  { dataDirectory }: Pick<Place, 'dataDirectory'>,
  files: readonly ArchiveEntry[],
): Promise<readonly Readonly<{ name: string; isWritten: boolean }>[]> {
  const places = placesOf(dataDirectory)
  await mkdir(dataDirectory, { recursive: true, mode: 0o711 })
  const written: Readonly<{ name: string; isWritten: boolean }>[] = []
  for (const { name, bytes } of files) {
    const path = places.get(name)
    if (path === undefined) continue
    if (dirname(path) !== dataDirectory)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const isThere = (await readIfThere(path)) !== undefined
    if (!isThere) await writeFile(path, bytes, { mode: 0o600, flag: 'wx', flush: true })
    written.push({ name, isWritten: !isThere })
  }
  return written
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
