import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Decrypter } from 'age-encryption'
import { isError } from '../../errors/app-error.ts'
import { readArchive, writeArchive, type ArchiveEntry, type ArchivePlace } from './archive.ts'

const directory = await mkdtemp(join(tmpdir(), 'coffer-archive-'))
after(() => rm(directory, { recursive: true, force: true }))

const passphrase = 'nobody would think of this one'
const entries: readonly ArchiveEntry[] = [
  { name: 'backup.json', bytes: Buffer.from('{"format":1}\n') },
  { name: 'tables/line/00000001.copy', bytes: randomBytes(300_000) },
  { name: 'tables/empty/00000001.copy', bytes: Buffer.alloc(0) },
  { name: 'manifest.json', bytes: Buffer.from('{}\n') },
]

async function* given(all: readonly ArchiveEntry[] = entries): AsyncGenerator<ArchiveEntry> {
  yield* all
}

async function read(place: ArchivePlace): Promise<readonly ArchiveEntry[]> {
  const all: ArchiveEntry[] = []
  for await (const { name, bytes } of readArchive(place)) all.push({ name, bytes })
  return all
}

async function written(name: string, secret?: string): Promise<ArchivePlace> {
  const place = { file: join(directory, name), passphrase: secret, costLog2: 10 }
  await writeArchive(place, given())
  return place
}

const plain = await written('plain')
const sealed = await written('sealed', passphrase)

const texts = (all: readonly ArchiveEntry[]): readonly string[] =>
  all.map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString('base64')}`)

test('what was written is read, in the clear and encrypted', async () => {
  assert.deepEqual(texts(await read(plain)), texts(entries))
  assert.deepEqual(texts(await read(sealed)), texts(entries))
})

test('others open it without us: age, zstd and tar', async () => {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  const clear = await decrypter.decrypt(Uint8Array.from(await readFile(sealed.file)))
  assert.deepEqual(Buffer.from(clear.subarray(0, 4)), Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))
  const { zstdDecompressSync } = await import('node:zlib')
  const tar = zstdDecompressSync(await readFile(plain.file))
  const list = execFileSync('tar', ['--list'], { input: tar }).toString().trim().split('\n')
  assert.deepEqual(
    list,
    entries.map((one) => one.name),
  )
})

/** Of a few regions each byte, of the others some: head, frames, seal. */
function places(length: number, edge: number, between: number): readonly number[] {
  const first = Array.from({ length: edge }, (_, at) => at)
  const last = Array.from({ length: edge }, (_, at) => length - 1 - at)
  const step = Math.floor(length / between)
  return [...first, ...Array.from({ length: between }, (_, at) => at * step), ...last]
}

async function flipped(place: ArchivePlace, at: number): Promise<ArchivePlace> {
  const bytes = await readFile(place.file)
  bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << (at % 8)), at)
  const file = join(directory, 'flipped')
  await writeFile(file, bytes)
  return { ...place, file }
}

/** Seen to fail without the seal: some bits of a frame's head change nothing that is read. */
test('a byte that differs anywhere is noticed, in the clear', async () => {
  const { length } = await readFile(plain.file)
  for (const at of places(length, 48, 100)) {
    const place = await flipped(plain, at)
    await assert.rejects(
      read(place),
      (error) => isError(error, 'backup.damaged') || isError(error, 'backup.not_a_backup'),
      `byte ${at}`,
    )
  }
})

test('a byte that differs anywhere is noticed, encrypted', async () => {
  const { length } = await readFile(sealed.file)
  // The magic, the salt, the wrapped key, the header's own hash, the nonce, and the chunks.
  for (const at of [3, 40, 80, 140, 190, 5_000, 70_000, length - 1]) {
    await assert.rejects(
      read(await flipped(sealed, at)),
      (error) =>
        isError(error, 'backup.damaged') ||
        isError(error, 'backup.passphrase_wrong') ||
        isError(error, 'backup.not_a_backup'),
      `byte ${at}`,
    )
  }
})

test('what is cut off anywhere, or goes on behind its end, is noticed', async () => {
  for (const place of [plain, sealed]) {
    const bytes = await readFile(place.file)
    const file = join(directory, 'cut')
    const lengths = place === plain ? [5, 1_000, 200_000, 40, 1] : [200_000, 1]
    for (const cut of lengths) {
      await writeFile(file, bytes.subarray(0, bytes.length - cut))
      await assert.rejects(read({ ...place, file }), { code: 'backup.damaged' }, `${cut} bytes`)
    }
    await writeFile(file, Buffer.concat([bytes, Buffer.from('more')]))
    await assert.rejects(read({ ...place, file }), { code: 'backup.damaged' })
  }
})

test('another passphrase, none, and other files are told apart', async () => {
  const wrong = { ...sealed, passphrase: `${passphrase}!` }
  await assert.rejects(read(wrong), { code: 'backup.passphrase_wrong' })
  await assert.rejects(read({ file: sealed.file }), { code: 'backup.passphrase_needed' })
  const file = join(directory, 'other')
  await writeFile(file, 'PGDMP and more of it')
  await assert.rejects(read({ file }), { code: 'backup.not_a_backup' })
  await assert.rejects(read({ file: join(directory, 'none') }), { code: 'backup.file_not_usable' })
})

test('what fails in the middle leaves nothing, and no file is written over', async () => {
  async function* failing(): AsyncGenerator<ArchiveEntry> {
    yield* entries
    throw new Error('the database went away')
  }
  const file = join(directory, 'failed')
  await assert.rejects(writeArchive({ file }, failing()), /went away/)
  await assert.rejects(writeArchive(plain, given()), { code: 'backup.file_exists' })
  assert.deepEqual(texts(await read(plain)), texts(entries))
  const names = await readdir(directory)
  assert.deepEqual(
    names.filter((name) => name.startsWith('failed') || name.includes('partial')),
    [],
  )
})
