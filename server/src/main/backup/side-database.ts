import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../shell/embedded-postgres.ts'

/** An empty database that is there for a while. Disposing takes it away. */
export type SideDatabase = AsyncDisposable & Readonly<{ url: string; name: string }>

/** A PostgreSQL of its own in a temporary directory. */
export async function embeddedOnTheSide(): Promise<SideDatabase> {
  const stack = new AsyncDisposableStack()
  try {
    const directory = await mkdtemp(join(tmpdir(), 'coffer-verify-'))
    stack.defer(() => rm(directory, { recursive: true, force: true }))
    // PostgreSQL's own user must be able to pass through.
    await chmod(directory, 0o711)
    const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
    const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings })
    stack.use(server)
    const owned = stack.move()
    return {
      url: server.url,
      name: 'an embedded PostgreSQL in a temporary directory',
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** A database beside the one at `url`, on the same server. Its user needs CREATEDB. */
export async function databaseOnTheSide(url: string): Promise<SideDatabase> {
  const name = `coffer_verify_${randomBytes(6).toString('hex')}`
  await administer(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return {
    url: own.toString(),
    name,
    [Symbol.asyncDispose]: () => administer(url, `drop database ${name} with (force)`),
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
