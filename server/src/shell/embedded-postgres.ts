import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import {
  exists,
  findBinaries,
  reachableDirectory,
  serverAccount,
  type Account,
  type Binaries,
} from './postgres-place.ts'

const run = promisify(execFile)

/** A PostgreSQL server of our own, from the npm binaries. Disposing stops it. */
export type EmbeddedPostgres = AsyncDisposable & Readonly<{ url: string; pid: number }>

/** Where the cluster lies, and what its server is set to. */
export type EmbeddedPostgresOptions = Readonly<{
  /** Directory of the cluster and its password; made when absent. */
  directory: string
  /** More `name=value` server settings. */
  settings?: readonly string[]
}>

const START_TRIES_MAX = 200
const DATABASE = 'coffer'

/** Starts the cluster in `directory`, making it at the first time. Listens on loopback only. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = await serverAccount()
  const binaries = await findBinaries(account)
  const directory = await reachableDirectory(options.directory, account)
  const cluster = join(directory, 'cluster')
  if (!(await exists(join(cluster, 'PG_VERSION')))) {
    await initialize({ binaries, account, cluster, directory })
  }
  await stopLeftover(cluster)
  const port = await freePort()
  const child = launch({ binaries, account, cluster, port, settings: options.settings ?? [] })
  await waitUntilReady(child, cluster)
  // The server alone is no reason for this process to go on; whoever holds it stops it.
  child.unref()
  return {
    url: await urlAt(directory, port),
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: () => stop(child),
  }
}

async function initialize(
  at: Readonly<{
    binaries: Binaries
    account: Account | undefined
    cluster: string
    directory: string
  }>,
): Promise<void> {
  const password = randomBytes(24).toString('hex')
  const passwordFile = join(at.directory, 'password')
  await rm(at.cluster, { recursive: true, force: true })
  await mkdir(at.cluster, { recursive: true, mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (at.account !== undefined) {
    await Promise.all(
      [at.cluster, passwordFile].map((path) =>
        chown(path, at.account?.uid ?? 0, at.account?.gid ?? 0),
      ),
    )
  }
  await run(
    at.binaries.initdb,
    [
      `--pgdata=${at.cluster}`,
      '--auth=scram-sha-256',
      '--username=coffer',
      `--pwfile=${passwordFile}`,
      '--locale=C.UTF-8',
      '--encoding=UTF8',
    ],
    { cwd: at.directory, ...at.account },
  )
  await createDatabase(at)
}

/** Makes the database while nobody can connect: `postgres --single` speaks SQL on its stdin. */
async function createDatabase(
  at: Readonly<{ binaries: Binaries; account: Account | undefined; cluster: string }>,
): Promise<void> {
  const child = spawn(at.binaries.postgres, ['--single', '-D', at.cluster, 'postgres'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: at.cluster,
    ...at.account,
  })
  child.stdin.end(`create database ${DATABASE};\n`)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`postgres --single ended with ${String(code)}`)
}

/** The URL of the server that runs on the cluster in `directory`; absent when none does. */
export async function runningPostgres(directory: string): Promise<string | undefined> {
  const reached = await reachableDirectory(directory, await serverAccount())
  const running = await readRunning(join(reached, 'cluster'))
  return running === undefined ? undefined : urlAt(reached, running.port)
}

const urlAt = async (directory: string, port: number): Promise<string> => {
  const password = await readFile(join(directory, 'password'), 'utf8')
  return `postgres://coffer:${password}@127.0.0.1:${port}/${DATABASE}`
}

type Running = Readonly<{ pid: number; port: number }>

/** What the cluster's pid file says, if that process is alive and is its server. */
async function readRunning(cluster: string): Promise<Running | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.includes(cluster) ? { pid, port: Number(lines[3]) } : undefined
}

/** A server that outlived a killed parent is stopped; the data is as safe as after a crash. */
async function stopLeftover(cluster: string): Promise<void> {
  const running = await readRunning(cluster)
  if (running === undefined) return
  process.kill(running.pid, 'SIGINT')
  const isGone = async (): Promise<boolean> => (await readRunning(cluster)) === undefined
  await until(isGone, 'the earlier PostgreSQL to stop')
}

function launch(
  at: Readonly<{
    binaries: Binaries
    account: Account | undefined
    cluster: string
    port: number
    settings: readonly string[]
  }>,
): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${at.port}`,
    'unix_socket_directories=',
    'max_connections=300',
    'shared_buffers=128MB',
    'log_min_messages=fatal',
    ...at.settings,
  ]
  // A process group of its own: Ctrl-C reaches us alone, and we stop the server in order.
  return spawn(
    at.binaries.postgres,
    ['-D', at.cluster, ...settings.flatMap((text) => ['-c', text])],
    { stdio: ['ignore', 'ignore', 'ignore'], cwd: at.cluster, detached: true, ...at.account },
  )
}

async function waitUntilReady(child: ChildProcess, cluster: string): Promise<void> {
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode} at start`)
    const status = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
    return status.split('\n')[7]?.startsWith('ready') ?? false
  }, 'PostgreSQL to be ready')
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await ended
}

async function until(done: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < START_TRIES_MAX; attempt += 1) {
    if (await done()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited too long for ${what}.`)
}
