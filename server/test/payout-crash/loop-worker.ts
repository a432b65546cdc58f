import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Instant } from '../../src/shell/clock.ts'
import type { Outside } from './context.ts'

/** A worker as it runs for real, which somebody kills. */
export type LoopWorker = Readonly<{ kill: () => Promise<void> }>

const PROGRAM = fileURLToPath(new URL('./loop-process.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one, whose clock began with that of the others, and waits until it works. */
export async function startLoopWorker(outside: Outside, origin: Instant): Promise<LoopWorker> {
  const spec = JSON.stringify({ outside, origin })
  // What its jobs meet is said in its log, which nobody reads here.
  const child = fork(PROGRAM, [spec], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  running.add(child)
  const ended = once(child, 'exit').finally(() => running.delete(child))
  const isUp = await Promise.race([once(child, 'message'), ended.then(() => undefined)])
  if (isUp === undefined) throw new Error('a worker ended at its start')
  return {
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
