import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A real EVM node of a test's own, on a free port. Disposing kills it. */
export type Anvil = AsyncDisposable &
  Readonly<{
    url: string
    pid: number
    /** Asks it directly, past whatever stands in front of it. @throws Error with its refusal */
    ask: (method: string, ...parameters: readonly unknown[]) => Promise<unknown>
  }>

const binary = join(
  dirname(fileURLToPath(import.meta.resolve('@foundry-rs/anvil-linux-amd64/package.json'))),
  'bin',
  'anvil',
)

const running = new Set<ChildProcess>()
let cacheDirectory: string | undefined

/** Where anvils of this process put what they do not keep in memory. */
function cache(): string {
  if (cacheDirectory !== undefined) return cacheDirectory
  process.once('exit', cleanUp)
  cacheDirectory = mkdtempSync(join(tmpdir(), 'coffer-anvil-'))
  return cacheDirectory
}

/** Starts an anvil with these flags beside a free port. */
export async function startAnvil(flags: readonly string[] = []): Promise<Anvil> {
  const child = spawn(binary, ['--port', '0', '--cache-path', cache(), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const url = await listening(child)
  // A test may leave it to the end of its process, which it must not hold up.
  child.unref()
  return {
    url,
    pid: child.pid ?? 0,
    ask: (method, ...parameters) => askNode(url, method, parameters),
    [Symbol.asyncDispose]: () => kill(child, 'SIGKILL'),
  }
}

/** Stops an anvil in order, so that it writes its state first. */
export async function stopAnvil(anvil: Anvil): Promise<void> {
  const child = Array.from(running).find((each) => each.pid === anvil.pid)
  if (child !== undefined) await kill(child, 'SIGTERM')
}

async function listening(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('anvil has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const [, address] = /^Listening on (\S+)$/.exec(line) ?? []
    if (address === undefined) continue
    // Nobody reads on, and a full pipe would stop it.
    child.stdout.resume()
    if (child.stdout instanceof Socket) child.stdout.unref()
    return `http://${address}`
  }
  throw new Error(`anvil ended with ${String(child.exitCode)} at start`)
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL')
  if (cacheDirectory !== undefined) rmSync(cacheDirectory, { recursive: true, force: true })
}

async function askNode(
  url: string,
  method: string,
  parameters: readonly unknown[],
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer !== null && 'result' in answer) return answer.result
  throw new Error(`anvil refused ${method}: ${JSON.stringify(answer)}`)
}
