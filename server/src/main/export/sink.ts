import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { once } from 'node:events'
import { AppError } from '../../errors/app-error.ts'
import type { Machine } from '../cli/command.ts'

/** Where an export goes. What is disposed before `end` leaves no half of a file. */
export type Sink = AsyncDisposable &
  Readonly<{ write: (text: string) => Promise<void>; end: () => Promise<void> }>

/** Opens a file, or standard output. @throws shell.arguments_invalid where it cannot be written */
export function openSink(machine: Machine, path: string | undefined): Sink {
  return path === undefined ? outputSink(machine) : fileSink(path)
}

const outputSink = ({ terminal, signal }: Machine): Sink => ({
  write: (text) => {
    terminal.text(text)
    return terminal.ready(signal)
  },
  end: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
})

/** Written beside it and renamed in the end: only whoever exports may read it. */
function fileSink(path: string): Sink {
  const draft = `${path}.${process.pid}`
  const stream = createWriteStream(draft, { mode: 0o600, flags: 'wx' })
  // Kept until somebody waits: an error nobody listens to would end the process.
  let broken: Error | undefined
  stream.on('error', (error) => (broken = error))
  const check = (): void => {
    if (broken === undefined) return
    const problem = `${path} cannot be written (${broken.message})`
    throw new AppError('shell.arguments_invalid', { problem }, { cause: broken })
  }
  return {
    write: async (text) => {
      check()
      if (!stream.write(text)) await once(stream, 'drain').catch(() => undefined)
      check()
    },
    end: async () => {
      stream.end()
      await finished(stream).catch(() => undefined)
      check()
      await rename(draft, path)
    },
    [Symbol.asyncDispose]: async () => {
      stream.destroy()
      await rm(draft, { force: true })
    },
  }
}
