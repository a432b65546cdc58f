import { spawn, type ChildProcess } from 'node:child_process'
import { copyFile, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../errors/app-error.ts'
import type { ShellCtx } from '../../shell/context.ts'

/** A running anvil. Disposing stops it in order, so that it writes its state. */
export type AnvilProcess = AsyncDisposable & Readonly<{ url: string; pid: number }>

/** How an anvil is started. */
export type AnvilProcessOptions = Readonly<{
  /** Where state, log and process id are kept; must be there. */
  directory: string
  /** TCP port on loopback. */
  port: number
  flags: readonly string[]
}>

type Ctx = Pick<ShellCtx, 'clock'>
type Files = Readonly<{ state: string; before: string; pid: string; log: string; cache: string }>

const HOST = '127.0.0.1'
const TRIES_MAX = 800
const TRY_AGAIN_MS = 25
/** States kept beside the newest, for balances at earlier heights and for forks after a restart. */
const STATES_MAX = 100
const PROBLEM_LENGTH_MAX = 300

/** @throws chain.local_node_failed with what it said */
export async function startAnvilProcess(
  ctx: Ctx,
  options: AnvilProcessOptions,
): Promise<AnvilProcess> {
  const files = filesIn(options.directory)
  await stopLeftover(ctx, files)
  await keepWhole(files)
  if (!(await isFree(options.port))) throw failed(`port ${options.port} on ${HOST} is taken`)
  const child = await launch(files, options)
  const url = `http://${HOST}:${options.port}`
  try {
    await writeFile(files.pid, `${child.pid}`)
    await until(ctx, () => isReady(child, url, files), 'anvil to be ready')
  } catch (error) {
    await stop(child, files)
    throw error
  }
  // The node alone is no reason for this process to go on; whoever holds it stops it.
  child.unref()
  return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child, files) }
}

const filesIn = (directory: string): Files => ({
  state: join(directory, 'state.json'),
  before: join(directory, 'state.before.json'),
  pid: join(directory, 'anvil.pid'),
  log: join(directory, 'anvil.log'),
  cache: join(directory, 'cache'),
})

const failed = (problem: string, cause?: unknown): AppError =>
  new AppError('chain.local_node_failed', { problem }, { cause })

/** A node that outlived a killed parent is stopped in order: it holds the newest state. */
async function stopLeftover(ctx: Ctx, files: Files): Promise<void> {
  const pid = Number(await readFile(files.pid, 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 1) return
  // The id may have passed on to another process: only one with our state file is ours.
  const isOurs = async (): Promise<boolean> =>
    (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(files.state)
  if (!(await isOurs())) return
  process.kill(pid, 'SIGTERM')
  await until(ctx, async () => !(await isOurs()), 'the earlier anvil to stop')
}

/**
 * Sets the last whole state in the place of one that was cut off while it was written, and keeps a
 * copy of a whole one: anvil writes over its file.
 */
async function keepWhole(files: Files): Promise<void> {
  if (await isWhole(files.state)) return copyFile(files.state, files.before)
  await rm(files.state, { force: true })
  if (await isWhole(files.before)) await copyFile(files.before, files.state)
}

/** The state is one JSON object: cut off anywhere it does not end with its last brace. */
async function isWhole(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    return buffer.toString() === '}'
  } finally {
    await file.close()
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, HOST, () => probe.close(() => resolve(true)))
  })
}

async function launch(files: Files, options: AnvilProcessOptions): Promise<ChildProcess> {
  const log = await open(files.log, 'w')
  const flags = [
    ...['--host', HOST, '--port', `${options.port}`, '--quiet', '--state', files.state],
    ...['--preserve-historical-states', '--max-persisted-states', `${STATES_MAX}`],
    ...['--cache-path', files.cache, ...options.flags],
  ]
  try {
    // A process group of its own: Ctrl-C reaches us alone, and we stop the node in order. A file,
    // not a pipe: it must live on when we are killed, and not end by writing to nobody.
    return spawn(binary(), flags, { stdio: ['ignore', log.fd, log.fd], detached: true })
  } finally {
    await log.close()
  }
}

function binary(): string {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/anvil-${process.platform}-${cpu}`
  try {
    const manifest = fileURLToPath(import.meta.resolve(`${name}/package.json`))
    return join(dirname(manifest), 'bin', 'anvil')
  } catch (cause) {
    throw failed(`${name} is not installed`, cause)
  }
}

async function isReady(child: ChildProcess, url: string, files: Files): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) {
    const said = (await readFile(files.log, 'utf8')).trim().slice(0, PROBLEM_LENGTH_MAX)
    throw failed(said || `it ended with ${child.exitCode ?? child.signalCode}`)
  }
  const answer = await fetch(url, { method: 'POST' }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer !== undefined
}

async function stop(child: ChildProcess, files: Files): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.ref()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  await rm(files.pid, { force: true })
}

async function until(ctx: Ctx, done: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    if (await done()) return
    await ctx.clock.sleep(TRY_AGAIN_MS)
  }
  throw failed(`waited too long for ${what}`)
}
