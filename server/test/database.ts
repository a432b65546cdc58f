import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDb, type Db } from '../src/shell/db.ts'
import { startEmbeddedPostgres } from '../src/shell/embedded-postgres.ts'
import { migrate } from '../src/shell/migrate.ts'
import type { StoredEvent } from './event-problems.ts'
import { untoldStates } from './told-states.ts'

/** A test's own database, migrated and empty; disposing drops it. */
export type TestDatabase = AsyncDisposable & Readonly<{ db: Db; url: string }>

const TEMPLATE = 'coffer_template'
let ownServer: Promise<string> | undefined
let template: Promise<void> | undefined

/**
 * Makes a database of its own for one test. The server is the one of `npm test`
 * (`COFFER_TEST_POSTGRES`), or one started for this process when a file runs by itself.
 *
 * @param second whether a call that holds a connection may ask for another: only a test that plays
 *        another process at one of its own steps needs that
 */
export async function testDatabase(second?: 'second allowed'): Promise<TestDatabase> {
  const server = process.env['COFFER_TEST_POSTGRES'] ?? (await startOwnServer())
  template ??= process.env['COFFER_TEST_POSTGRES'] ? Promise.resolve() : makeTemplate(server)
  await template
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server, `create database ${name} template ${TEMPLATE}`)
  const url = databaseUrl(server, name)
  const db = openDb(url, second === undefined ? { refuseSecond: true } : {})
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      try {
        if (!madeUp.has(db)) await checkEvents(db)
      } finally {
        await db[Symbol.asyncDispose]()
        await administer(server, `drop database ${name} with (force)`)
      }
    },
  }
}

const madeUp = new WeakSet<Db>()

/** Lets events of a database tell what they like: for tests of the log and of deliveries. */
export const allowMadeUpEvents = (db: Db): void => void madeUp.add(db)

/**
 * Whatever a test does: each event that it leads to tells what the API's document says, and where
 * things stand in the end was told.
 */
async function checkEvents(db: Db): Promise<void> {
  const told = await db.query<StoredEvent>('select type, snapshot from event limit 5000')
  if (told.length === 0) return
  // Loaded where there is something to check: it brings all of the API's schemas.
  const { eventProblems } = await import('./event-problems.ts')
  const unfit = new Set(told.flatMap(eventProblems))
  const problems = [...unfit, ...(await untoldStates(db))]
  if (problems.length === 0) return
  throw new Error(`events are not what they should be:\n${problems.join('\n')}`)
}

type TestServer = AsyncDisposable & Readonly<{ url: string; pid: number; directory: string }>

/** Starts a PostgreSQL for tests in a directory of its own: fast, and of no use after a crash. */
export async function startTestServer(): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-test-'))
  // PostgreSQL's own user must be able to pass through.
  await chmod(directory, 0o711)
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'wal_level=minimal',
    'max_wal_senders=0',
  ]
  const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings })
  return {
    url: server.url,
    pid: server.pid,
    directory,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Makes the migrated database that every test's database is copied from. */
export async function makeTemplate(server: string): Promise<void> {
  await administer(server, `create database ${TEMPLATE}`)
  await using db = openDb(databaseUrl(server, TEMPLATE))
  await migrate({ db })
}

function startOwnServer(): Promise<string> {
  ownServer ??= startTestServer().then((server) => {
    process.once('exit', () => {
      // SIGQUIT: at once and without a checkpoint; nobody will read this data again.
      process.kill(server.pid, 'SIGQUIT')
      rmSync(server.directory, { recursive: true, force: true })
    })
    return server.url
  })
  return ownServer
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
