import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A real process of the platform that a test may kill. */
export type RoleProcess = AsyncDisposable &
  Readonly<{
    /** SIGKILL, and its end. */
    kill: () => Promise<void>
    /** All that it wrote so far. */
    output: () => string
  }>

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts `coffer up` with these settings and waits until it says that it is up. */
export async function startRole(env: Readonly<Record<string, string>>): Promise<RoleProcess> {
  const child = spawn(process.execPath, [MAIN, 'up'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  running.add(child)
  const lines: string[] = []
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child)
      resolve()
    })
  })
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (line.includes('Ctrl-C')) resolve()
    })
    void ended.then(() => reject(new Error(`the process ended:\n${lines.join('\n')}`)))
  })
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  return {
    kill: () => stop('SIGKILL'),
    output: () => lines.join('\n'),
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  }
}
