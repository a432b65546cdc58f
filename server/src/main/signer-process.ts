import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { signerCommand, type SignerOptions } from '../signer/command.ts'

/** The signer's own process. Disposing stops it and waits for its end. */
export type SignerProcess = AsyncDisposable &
  Readonly<{ socket: string; fingerprint: string; pid: number; ended: Promise<void> }>

/** Starts the signer as a child and waits until it listens; its refusal is the thrown error. */
export async function startSigner(options: SignerOptions): Promise<SignerProcess> {
  const { command, args, env, socket, handedOn } = signerCommand(options)
  // A process group of its own: Ctrl-C reaches the starter alone, which stops the signer last.
  const child = spawn(command, [...args], {
    stdio: ['pipe', 'pipe', 'pipe', ...handedOn],
    env,
    detached: true,
  })
  // The key is for the signer alone: what could still be read from here is closed.
  for (const descriptor of handedOn) closeSync(descriptor)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const fingerprint = await firstWord(child)
  return {
    socket,
    fingerprint,
    pid: child.pid ?? 0,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function firstWord(child: ChildProcess): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error('the signer has no output')
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < 100) errors.push(chunk.toString())
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const word: unknown = JSON.parse(line)
    const isReady = typeof word === 'object' && word !== null && 'fingerprint' in word
    if (isReady) return String(word.fingerprint)
  }
  throw new Error(`The signer did not start. ${refusalIn(errors.join(''))}`)
}

/** The sentence of the refusal that the signer wrote, or all that it wrote. */
function refusalIn(text: string): string {
  const line = text.split('\n').find((one) => one.startsWith('{"code"'))
  if (line === undefined) return text.trim()
  const refusal: unknown = JSON.parse(line)
  const isRefusal = typeof refusal === 'object' && refusal !== null && 'message' in refusal
  return isRefusal ? String(refusal.message) : line
}
