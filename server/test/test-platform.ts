import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlatform, type Platform } from '../src/main/platform.ts'
import type { Sandbox } from '../src/main/sandbox-file.ts'
import { createTerminal } from '../src/main/terminal.ts'
import { startCluster } from './cluster.ts'
import { testDatabase } from './database.ts'
import { v1Client, type V1Client } from './v1-client.ts'

/** The whole product on a database of its own, and what a test does with it. */
export type TestPlatform = Readonly<{
  platform: Platform
  url: string
  sandbox: Sandbox
  /** Has the test key of the sandbox. */
  client: V1Client
  /** An empty directory beside whose `.coffer` examples and commands run. */
  home: string
  /** The settings it runs with; commands that are given them work on the same database. */
  env: Readonly<Record<string, string>>
}>

/** What differs from the usual. */
export type TestPlatformWanted = Readonly<{
  /** Settings beside, or instead of, the usual ones. */
  env?: Readonly<Record<string, string>>
  /** What has to lie in the data directory before the first start. */
  prepare?: (dataDirectory: string) => Promise<void>
}>

/**
 * Starts worker, API and, as a process of its own, the signer; no chain but the simulated ones, no
 * price but the sandbox's. All of it goes when the stack does.
 */
export async function startTestPlatform(
  stack: AsyncDisposableStack,
  { env: more = {}, prepare }: TestPlatformWanted = {},
): Promise<TestPlatform> {
  const database = stack.use(await testDatabase())
  const home = await mkdtemp(join(tmpdir(), 'coffer-platform-'))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const dataDirectory = join(home, '.coffer')
  await prepare?.(dataDirectory)
  const env = {
    DATABASE_URL: database.url,
    COFFER_DATA: dataDirectory,
    COFFER_LOCAL_NODE: 'off',
    COFFER_RATE_SOURCES: 'off',
    LOG_LEVEL: 'error',
    PORT: '0',
    ...more,
  }
  if (process.env['COFFER_TEST_FORM'] === 'cluster') return onCluster(stack, { env, home })
  const platform = stack.use(await startPlatform(env, createTerminal({ write: () => true })))
  const { url, sandbox } = platform
  assert.ok(url !== undefined && sandbox !== undefined)
  return { platform, url, sandbox, client: v1Client(url, sandbox.access.secret_key), home, env }
}

/**
 * The same on two apis and two workers, each a process of its own: the whole product must not tell
 * the difference. What a test looks into is an api of its own process, which is asked by nobody.
 */
async function onCluster(
  stack: AsyncDisposableStack,
  { env, home }: Pick<TestPlatform, 'env' | 'home'>,
): Promise<TestPlatform> {
  const cluster = stack.use(await startCluster(env))
  const { url } = cluster.front
  const own = { ...env, COFFER_ROLES: 'api', COFFER_PUBLIC_URL: url }
  const platform = stack.use(await startPlatform(own, createTerminal({ write: () => true })))
  const { sandbox } = platform
  assert.ok(sandbox !== undefined)
  await cluster.tellFront()
  return { platform, url, sandbox, client: v1Client(url, sandbox.access.secret_key), home, env }
}
