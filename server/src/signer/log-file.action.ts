import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { AppError } from '../errors/app-error.ts'
import {
  NO_LINE,
  readLine,
  writeLine,
  type LogFacts,
  type LogHead,
  type LogLine,
} from './log-line.ts'

/** The log of one signer, open for more. */
export type SigningLog = Disposable &
  Readonly<{
    head: () => LogHead
    /** Writes a line; when this returns, it is on the disk and survives any crash. */
    append: (facts: LogFacts, at: number) => LogLine
  }>

const CHUNK_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/**
 * Opens the log, tells every line of it to `each` and makes it ready for more. What a crash left
 * of a last line is cut off: its signature never left the process.
 *
 * @throws signer.log_damaged
 */
export function openLog(
  file: string,
  { each, now }: Readonly<{ each: (line: LogLine) => void; now: number }>,
): SigningLog {
  // O_SYNC: a write returns when it is on the disk; `fsync` is closed to restricted processes.
  const fd = openSync(file, 'as+', 0o600)
  try {
    const { head, bytes } = readLog(fd, file, each)
    ftruncateSync(fd, bytes)
    let last = head
    const append = (facts: LogFacts, at: number): LogLine => {
      const { text, head: next } = writeLine(last, facts, at)
      writeWhole(fd, Buffer.from(`${text}\n`))
      last = next
      return { line: next.line, at, facts }
    }
    if (last.line === 0) {
      // The keystore is made together with a log: one that is not there was lost.
      each(append({ kind: 'begun', waits: true }, now))
    }
    return { head: () => last, append, [Symbol.dispose]: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The first line of the log that is made together with a keystore. */
export const firstLine = (now: number): string =>
  `${writeLine(NO_LINE, { kind: 'begun', waits: false }, now).text}\n`

/** Where a log ends: `bytes` of whole lines, and whether something unfinished is behind them. */
export type LogEnd = Readonly<{ head: LogHead; bytes: number; isCut: boolean }>

/**
 * Reads a log and proves its chain.
 * @throws signer.log_damaged naming the first line that does not fit
 */
export function verifyLog(file: string, each: (line: LogLine, text: string) => void): LogEnd {
  const fd = openSync(file, 'r')
  try {
    return readLog(fd, file, each)
  } finally {
    closeSync(fd)
  }
}

function readLog(fd: number, file: string, each: (line: LogLine, text: string) => void): LogEnd {
  let head = NO_LINE
  let bytes = 0
  let waiting = Buffer.alloc(0)
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    const length = readSync(fd, chunk, 0, CHUNK_BYTES, bytes + waiting.length)
    if (length === 0) return { head, bytes, isCut: waiting.length > 0 }
    waiting = Buffer.concat([waiting, chunk.subarray(0, length)])
    let from = 0
    for (;;) {
      const end = waiting.indexOf(NEWLINE, from)
      if (end < 0) break
      const text = waiting.toString('utf8', from, end)
      const read = readLine(head, text)
      if (typeof read === 'string') {
        throw new AppError('signer.log_damaged', { file, line: head.line + 1, problem: read })
      }
      head = read.head
      each(read.line, text)
      bytes += end + 1 - from
      from = end + 1
    }
    waiting = waiting.subarray(from)
  }
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length;) from += writeSync(fd, bytes, from)
}
