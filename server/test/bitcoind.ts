import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A real node on a chain of its own; disposing ends it and takes its data away. */
export type Bitcoind = AsyncDisposable &
  Readonly<{
    port: number
    /** What it is asked with. */
    user: string
    password: string
    ask: (method: string, ...given: readonly unknown[]) => Promise<unknown>
    /** Ends it and starts it again: its mempool is empty then. */
    restart: () => Promise<void>
    /** Where its chain is. */
    directory: string
  }>

const SCRIPT = new URL('../../scripts/real-bitcoind.sh', import.meta.url).pathname
const READY_MS_MAX = 30_000
const LOOK_MS = 20

/**
 * The program of a real node: the one that `BITCOIND` names, or, when `COFFER_REAL_BITCOIND` is
 * `download`, one made from Debian's packages and kept for the next time. Absent otherwise.
 */
export function realBitcoind(): string | undefined {
  const { BITCOIND, COFFER_REAL_BITCOIND } = process.env
  if (BITCOIND !== undefined && BITCOIND !== '') return BITCOIND
  if (COFFER_REAL_BITCOIND !== 'download') return undefined
  const directory = join(tmpdir(), `coffer-bitcoind-${process.getuid?.() ?? 0}`)
  const made = spawnSync(SCRIPT, [directory], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`no bitcoind could be made: ${made.stderr}`)
  return made.stdout.trim()
}

const running = new Set<ChildProcess>()
const directories = new Set<string>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** Starts a node. @param from the data directory of a stopped node that it begins with */
export async function startBitcoind(binary: string, from?: string): Promise<Bitcoind> {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-regtest-'))
  directories.add(directory)
  if (from !== undefined) cpSync(from, directory, { recursive: true })
  const port = await freePort()
  const [user, password] = ['coffer', 'secret/of@a test']
  const ask: Bitcoind['ask'] = (...asked) => askNode({ port, user, password }, asked)
  let child = await run(binary, { directory, port, user, password, ask })
  return {
    ...{ port, user, password, ask, directory },
    restart: async () => {
      await stop(child, 'SIGTERM')
      child = await run(binary, { directory, port, user, password, ask })
    },
    [Symbol.asyncDispose]: async () => {
      await stop(child, 'SIGKILL')
      rmSync(directory, { recursive: true, force: true })
      directories.delete(directory)
    },
  }
}

/** Ends a node in order, so that its directory can be begun with. */
export async function stopBitcoind(node: Bitcoind): Promise<void> {
  await node.ask('stop')
  const [child] = Array.from(running).filter((one) =>
    one.spawnargs.includes(flagOf(node.directory)),
  )
  if (child !== undefined && child.exitCode === null) await once(child, 'exit')
}

const flagOf = (directory: string): string => `-datadir=${directory}`

type Start = Pick<Bitcoind, 'directory' | 'port' | 'user' | 'password' | 'ask'>

async function run(binary: string, start: Start): Promise<ChildProcess> {
  const { directory, port, user, password } = start
  const flags = [
    ...['-regtest', flagOf(directory), '-server', '-txindex=1', '-dbcache=16', '-par=1'],
    ...[`-rpcport=${port}`, '-rpcbind=127.0.0.1', '-rpcallowip=127.0.0.1'],
    ...[`-rpcuser=${user}`, `-rpcpassword=${password}`, '-listen=0', '-connect=0'],
    // Payers send single satoshi here, and a restart shall forget what waits.
    ...['-acceptnonstdtxn=1', '-dustrelayfee=0', '-persistmempool=0', '-printtoconsole=0'],
    // Tests ask for more at once than a node usually lets wait.
    ...['-rpcworkqueue=256', '-rpcthreads=4'],
  ]
  const child = spawn(binary, flags, { stdio: 'ignore' })
  running.add(child)
  child.once('exit', () => running.delete(child))
  for (let waited = 0; waited < READY_MS_MAX; waited += LOOK_MS) {
    if (child.exitCode !== null) throw new Error(`bitcoind ended with ${child.exitCode} at start`)
    const height = await start.ask('getblockcount').catch(() => undefined)
    if (typeof height === 'number') return child
    await delay(LOOK_MS)
  }
  throw new Error('bitcoind did not start')
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}

async function askNode(
  { port, user, password }: Pick<Bitcoind, 'port' | 'user' | 'password'>,
  [method, ...params]: readonly unknown[],
): Promise<unknown> {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null) throw new Error('no answer')
  const error: unknown = Reflect.get(answer, 'error')
  if (error) throw new Error(`${String(method)}: ${JSON.stringify(error)}`)
  return Reflect.get(answer, 'result')
}
