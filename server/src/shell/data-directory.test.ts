import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { claimDirectory, openDataDirectory } from './data-directory.ts'

async function temporaryDirectory(): Promise<AsyncDisposable & Readonly<{ path: string }>> {
  const path = await mkdtemp(join(tmpdir(), 'coffer-data-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Seen to fail when the key was written anew at each opening. */
test('a data directory keeps its master key over restarts, closed to other users', async () => {
  await using directory = await temporaryDirectory()
  const [one, two] = await Promise.all([
    openDataDirectory(directory.path, ''),
    openDataDirectory(directory.path, ''),
  ])
  const again = await openDataDirectory(directory.path, '')
  assert.equal(one.masterKey.length, 32)
  assert.deepEqual(two.masterKey, one.masterKey)
  assert.deepEqual(again.masterKey, one.masterKey)
  assert.equal((await stat(join(directory.path, 'master.key'))).mode & 0o777, 0o600)
})

test('a data directory of a newer Coffer is refused with what to do', async () => {
  await using directory = await temporaryDirectory()
  await openDataDirectory(directory.path, '')
  await writeFile(join(directory.path, 'layout'), '99\n')
  await assert.rejects(openDataDirectory(directory.path, ''), (error) =>
    isError(error, 'shell.data_newer'),
  )
})

/** Seen to fail when the holder's pid was compared the wrong way round. */
test('a data directory that a living process holds is refused; one of a dead process is not', async () => {
  await using directory = await temporaryDirectory()
  const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => holder.once('exit', resolve))
  try {
    await writeFile(join(directory.path, 'coffer.pid'), String(holder.pid))
    await assert.rejects(claimDirectory(directory.path), (error) =>
      isError(error, 'shell.data_in_use'),
    )
  } finally {
    holder.kill('SIGKILL')
    await ended
  }
  await using claim = await claimDirectory(directory.path)
  assert.ok(claim)
})
