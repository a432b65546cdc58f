import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { PHRASE_CHARACTERS_MAX } from '../signer/phrase.ts'

/**
 * What somebody says on standard input and nobody else is to see: all of a pipe, or one line of a
 * terminal, which is asked for and not shown.
 *
 * @returns at most a little more than a phrase can have; the rest of a longer input is left
 */
export async function readSecretInput(): Promise<string> {
  if (process.stdin.isTTY !== true) return readPipe()
  process.stderr.write('Recovery phrase (it is not shown): ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await new Promise<string>((resolve) => {
      reader.once('line', resolve)
      reader.once('close', () => resolve(''))
    })
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}

async function readPipe(): Promise<string> {
  const parts: string[] = []
  let length = 0
  for await (const part of process.stdin.setEncoding('utf8')) {
    const piece = String(part)
    parts.push(piece)
    length += piece.length
    if (length > PHRASE_CHARACTERS_MAX) break
  }
  return parts.join('')
}
