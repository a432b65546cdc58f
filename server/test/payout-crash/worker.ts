import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Instant } from '../../src/shell/clock.ts'
import { Report, type Order, type Spec } from './messages.ts'

/** A worker in a process of its own. Disposing ends it. */
export type Worker = AsyncDisposable &
  Readonly<{
    /** Sets its clock and has it work until nothing is due or all is held. */
    work: (now: Instant) => Promise<Report['books']>
    /** Has it go on where it is held, until nothing is due. */
    resume: (now: Instant) => Promise<void>
    /** All that it wrote so far. */
    output: () => string
    /** Has it kill itself with SIGKILL, at once. */
    die: () => Promise<void>
  }>

const PROGRAM = fileURLToPath(new URL('./worker-process.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a worker and waits until it listens. */
export async function startWorker(spec: Spec): Promise<Worker> {
  const child = fork(PROGRAM, [JSON.stringify(spec)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  running.add(child)
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => {
      running.delete(child)
      resolve(signal)
    })
  })
  const next = async (): Promise<unknown> => {
    const answer = new Promise<unknown>((resolve) => child.once('message', resolve))
    const wentAway = ended.then((signal) => {
      throw new Error(`the worker ended by ${signal}:\n${output.join('')}`)
    })
    return Promise.race([answer, wentAway])
  }
  const tell = (order: Order): boolean => child.send(order)
  await next()
  return {
    work: async (now) => {
      const answer = next()
      tell({ kind: 'work', now })
      return Report.parse(await answer).books
    },
    resume: async (now) => {
      const answer = next()
      tell({ kind: 'resume', now })
      Report.parse(await answer)
    },
    output: () => output.join(''),
    die: async () => {
      tell({ kind: 'die' })
      const signal = await ended
      if (signal !== 'SIGKILL') throw new Error(`it ended by ${signal}:\n${output.join('')}`)
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) tell({ kind: 'leave' })
      await ended
    },
  }
}
