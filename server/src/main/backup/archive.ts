import { Decrypter, Encrypter } from 'age-encryption'
import { createTarDecoder, packTar } from 'modern-tar'
import { createReadStream } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { AppError } from '../../errors/app-error.ts'
import { sealed, unsealed } from './archive-seal.ts'
import { passphraseIdentity, passphraseRecipient, USUAL_COST_LOG2 } from './passphrase-stanza.ts'

/** A file in the archive, small enough to be held in memory. */
export type ArchiveEntry = Readonly<{ name: string; bytes: Uint8Array }>

/** Where an archive lies, and what opens it. */
export type ArchivePlace = Readonly<{
  file: string
  /** Absent: in the clear. */
  passphrase?: string | undefined
  /** What trying a passphrase costs; the usual, but for tests that try many. */
  costLog2?: number
}>

/** More than any part has. What a forged archive says of itself is not believed. */
const ENTRY_BYTES_MAX = 64 * 1024 * 1024

// Two blocks of zeros end an archive of tar; each entry that is packed by itself comes with them.
const END_BYTES = 1024

const AGE = Buffer.from('age-encryption.org/v1\n')
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/**
 * Writes an archive: tar, compressed by zstd, encrypted by age where there is a passphrase. It has
 * its name only when all of it is on the disk: what is killed leaves `FILE.partial.…` at most.
 *
 * @throws backup.file_exists, backup.file_not_usable, and what the entries throw
 */
export async function writeArchive(
  place: ArchivePlace,
  entries: AsyncIterable<ArchiveEntry>,
): Promise<void> {
  const { file } = place
  const partial = `${file}.partial.${process.pid}`
  const handle = await open(partial, 'wx', 0o600).catch((error: unknown) => {
    throw notUsable(file, error)
  })
  try {
    const compress = createZstdCompress({
      params: { [constants.ZSTD_c_checksumFlag]: 1 },
    })
    await pipeline(tarOf(entries), compress, sealed, encrypted(place), async (chunks) => {
      for await (const chunk of chunks) await handle.writeFile(chunk)
    })
    await handle.sync()
    // A link, not a new name: it is made only where nothing is.
    await link(partial, file).catch((error: unknown) => {
      throw notUsable(file, error)
    })
    await syncDirectory(dirname(file))
  } finally {
    await handle.close()
    await rm(partial, { force: true })
  }
}

async function* tarOf(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, bytes } of entries) {
    const header = { name, size: bytes.length, mode: 0o600, mtime: new Date(0) }
    yield (await packTar([{ header, data: Uint8Array.from(bytes) }])).subarray(0, -END_BYTES)
  }
  yield new Uint8Array(END_BYTES)
}

const encrypted = ({ passphrase, costLog2 = USUAL_COST_LOG2 }: ArchivePlace) =>
  async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    if (passphrase === undefined) return yield* chunks
    const encrypter = new Encrypter()
    encrypter.addRecipient(passphraseRecipient(passphrase, costLog2))
    yield* await encrypter.encrypt(ReadableStream.from(chunks))
  }

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function notUsable(file: string, error: unknown): AppError {
  if (isSystemError(error) && error.code === 'EEXIST') {
    return new AppError('backup.file_exists', { file }, { cause: error })
  }
  const problem = error instanceof Error ? error.message : String(error)
  return new AppError('backup.file_not_usable', { file, problem }, { cause: error })
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error

/**
 * Reads an archive, entry by entry. That nothing is missing and no byte differs is known when the
 * last one was read, not before: whoever acts on an entry must be able to take it back.
 *
 * @throws backup.file_not_usable, backup.not_a_backup, backup.passphrase_needed,
 *   backup.passphrase_wrong, backup.damaged
 */
export async function* readArchive(place: ArchivePlace): AsyncGenerator<ArchiveEntry> {
  const { file } = place
  const clear = await decrypted(place)
  const stream = createZstdDecompress()
  const reading = pipeline(Readable.from(clear), unsealed, stream)
  // Whoever reads the entries meets what went wrong; here it would be unheard.
  reading.catch(() => undefined)
  const decoder = createTarDecoder({ strict: true })
  try {
    const entries = ReadableStream.from<Uint8Array>(stream).pipeThrough(decoder)
    for await (const { header, body } of entries) {
      if (header.size > ENTRY_BYTES_MAX) throw new RangeError(`${header.name} is too large`)
      yield { name: header.name, bytes: new Uint8Array(await new Response(body).arrayBuffer()) }
    }
    await reading
  } catch (error) {
    if (error instanceof AppError) throw error
    const problem = await reading.then(
      () => error,
      (cause: unknown) => cause,
    )
    throw damaged(file, problem)
  } finally {
    stream.destroy()
  }
}

function damaged(file: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const problem = error instanceof Error ? error.message : String(error)
  return new AppError('backup.damaged', { file, problem }, { cause: error })
}

async function decrypted(place: ArchivePlace): Promise<AsyncIterable<Uint8Array>> {
  const { file, passphrase } = place
  const begin = await firstBytes(file)
  const bytes = createReadStream(file, { highWaterMark: 1 << 18 })
  if (begin.subarray(0, ZSTD.length).equals(ZSTD)) return bytes
  if (!begin.equals(AGE)) throw new AppError('backup.not_a_backup', { file })
  if (passphrase === undefined) {
    throw new AppError('backup.passphrase_needed', { why: `${file} is encrypted.` })
  }
  const decrypter = new Decrypter()
  decrypter.addIdentity(passphraseIdentity(passphrase))
  try {
    return await decrypter.decrypt(ReadableStream.from<Uint8Array>(bytes))
  } catch (error) {
    bytes.destroy()
    const isOther = error instanceof Error && error.message.includes('no identity matched')
    throw isOther
      ? new AppError('backup.passphrase_wrong', { file }, { cause: error })
      : damaged(file, error)
  }
}

async function firstBytes(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(AGE.length), 0, AGE.length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw notUsable(file, error)
  }
}
