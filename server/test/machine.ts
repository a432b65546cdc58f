import type { Machine } from '../src/main/cli/command.ts'
import { createTerminal } from '../src/main/terminal.ts'

/** A machine whose streams a test reads. */
export type TestMachine = Machine &
  Readonly<{
    /** What was written to standard output, and to standard error, since the last time. */
    out: () => string
    errors: () => string
    abort: () => void
  }>

/** @param env what the command finds in its environment, and nothing else */
export function testMachine(env: Machine['env'] = {}): TestMachine {
  const out = stream()
  const errors = stream()
  const stopping = new AbortController()
  return {
    terminal: createTerminal(out),
    notes: createTerminal(errors),
    env,
    stop: new Promise((resolve) => stopping.signal.addEventListener('abort', resolve)),
    signal: stopping.signal,
    out: out.taken,
    errors: errors.taken,
    abort: () => stopping.abort(),
  }
}

function stream() {
  let text = ''
  return {
    write: (more: string) => void (text += more),
    taken: () => {
      const taken = text
      text = ''
      return taken
    },
  }
}
