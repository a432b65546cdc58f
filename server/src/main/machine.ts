import type { Machine } from './cli/command.ts'
import { stopAsked } from './stop.ts'
import { createTerminal } from './terminal.ts'

/** What the program is run by: its streams, its environment, the signals that stop it. */
export function openMachine(program: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Machine {
  const stopping = new AbortController()
  const stop = stopAsked()
  void stop.then(() => stopping.abort())
  for (const output of [program.stdout, program.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      // Who reads no more, as `head` does, has what it wanted.
      if (error.code !== 'EPIPE') throw error
      if (output === program.stdout) stopping.abort()
    })
  }
  return {
    terminal: createTerminal(program.stdout, program.env),
    notes: createTerminal(program.stderr, program.env),
    env: program.env,
    stop,
    signal: stopping.signal,
  }
}
