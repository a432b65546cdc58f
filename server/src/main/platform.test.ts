import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testDatabase } from '../../test/database.ts'
import { v1Client } from '../../test/v1-client.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

type Run = Readonly<{
  /** Resolves when the output holds this text; rejects when the process ends without it. */
  says: (text: string) => Promise<void>
  stop: (signal: NodeJS.Signals) => Promise<number | null>
  ended: Promise<number | null>
  output: () => string
}>

function coffer(command: string, env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [MAIN, command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  let text = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    text += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = once(child, 'close').then(() => child.exitCode)
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (text.includes(wanted) && resolve())
      listeners.add(look)
      look()
      void ended.then(() => reject(new Error(`ended without "${wanted}":\n${text}`)))
    })
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return ended
  }
  return { says, stop, ended, output: () => text }
}

async function dataDirectory(): Promise<AsyncDisposable & Readonly<{ path: string }>> {
  const path = await mkdtemp(join(tmpdir(), 'coffer-up-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Processes whose command line names this directory. */
async function processesOf(directory: string): Promise<string> {
  const listing = spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  for await (const chunk of listing.stdout) text += String(chunk)
  return text
    .split('\n')
    .filter((line) => line.includes(directory))
    .join('\n')
}

/** Seen to fail when the database was left out of what is disposed. */
test('Ctrl-C leaves nothing running, and the next start finds keys and payments again', async () => {
  await using data = await dataDirectory()
  const env = { COFFER_DATA: data.path, PORT: '0' }
  const readSandbox = async () =>
    JSON.parse(await readFile(join(data.path, 'sandbox.json'), 'utf8'))

  const first = coffer('up', env)
  await first.says('Ctrl-C')
  const before = await readSandbox()
  const created = await v1Client(before.url, before.secret_key).post('/v1/payments', {
    amount: 12,
    fiat_currency: 'USD',
  })
  assert.equal(created.status, 201, created.text)
  assert.equal(await first.stop('SIGINT'), 0)
  assert.equal(await processesOf(data.path), '')

  const second = coffer('up', env)
  await second.says('Ctrl-C')
  const after = await readSandbox()
  assert.equal(after.secret_key, before.secret_key)
  assert.equal(after.webhook_secret, before.webhook_secret)
  assert.deepEqual(after.console, before.console)
  const { id } = Object(created.json['data'])
  const found = await v1Client(after.url, after.secret_key).get(`/v1/payments/${id}`)
  assert.equal(found.status, 200)
  assert.equal(await second.stop('SIGTERM'), 0)
  assert.equal(await processesOf(data.path), '')
})

test('a port that is taken is one clear line and a non-zero exit', async () => {
  await using database = await testDatabase()
  await using data = await dataDirectory()
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const port = String(Object(squatter.address()).port)
  const run = coffer('up', { COFFER_DATA: data.path, DATABASE_URL: database.url, PORT: port })
  assert.equal(await run.ended, 1)
  assert.match(run.output(), new RegExp(`coffer: Port ${port} .* is taken\\..*shell\\.port_taken`))
  squatter.close()
})

test('a data directory of a newer version is one clear line and a non-zero exit', async () => {
  await using data = await dataDirectory()
  await writeFile(join(data.path, 'layout'), '99\n')
  const run = coffer('up', { COFFER_DATA: data.path, PORT: '0' })
  assert.equal(await run.ended, 1)
  assert.match(run.output(), /coffer: .* was written by a newer Coffer/)
})

test('a database of a newer version is refused untouched', async () => {
  await using database = await testDatabase()
  await using data = await dataDirectory()
  await database.db.query("insert into schema_migration values (9999, '9999-later.sql', 'x')")
  const run = coffer('up', { COFFER_DATA: data.path, DATABASE_URL: database.url, PORT: '0' })
  assert.equal(await run.ended, 1)
  assert.match(run.output(), /coffer: The database is at version 9999/)
})

test('a database that is down is one clear line without its password, and a non-zero exit', async () => {
  await using data = await dataDirectory()
  const url = 'postgres://coffer:hunter2@127.0.0.1:1/coffer'
  const run = coffer('up', { COFFER_DATA: data.path, DATABASE_URL: url, PORT: '0' })
  assert.equal(await run.ended, 4)
  assert.match(run.output(), /coffer: The database at 127\.0\.0\.1:1\/coffer does not answer/)
  assert.doesNotMatch(run.output(), /hunter2/)
})

test('a second platform on the same data directory is refused', async () => {
  await using database = await testDatabase()
  await using data = await dataDirectory()
  const env = { COFFER_DATA: data.path, DATABASE_URL: database.url, PORT: '0' }
  const first = coffer('up', { ...env, COFFER_LOCAL_NODE: 'off' })
  await first.says('Ctrl-C')
  const second = coffer('up', { ...env, COFFER_LOCAL_NODE: 'off' })
  assert.equal(await second.ended, 1)
  assert.match(second.output(), /is in use by the running process/)
  assert.equal(await first.stop('SIGTERM'), 0)
})
