import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { signerClient, type Signer } from '../src/custody/signer.client.ts'
import { signerCommand } from '../src/signer/command.ts'

/** A signer's process as the supervisor starts it. Disposing stops it and waits for its end. */
export type TestSigner = AsyncDisposable &
  Readonly<{ socket: string; fingerprint: string; child: ChildProcess; pid: number }>

/** What a start came to: a signer that listens, or the refusal it wrote. */
export type Start =
  | Readonly<{ kind: 'ready'; signer: TestSigner }>
  | Readonly<{ kind: 'refused'; code: string; message: string; exitCode: number }>

/** Starts the signer on a data directory and waits until it listens or gives up. */
export async function tryStartSigner(
  dataDirectory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Start> {
  const { command, args, env: own, socket, handedOn } = signerCommand({ dataDirectory, env })
  const stdio = ['pipe', 'pipe', 'pipe', ...handedOn] as const
  const child = spawn(command, [...args], { env: { ...own }, stdio: [...stdio] })
  if (child.stdout === null || child.stderr === null) throw new Error('no output to read')
  const stop = (): void => void child.kill('SIGKILL')
  process.once('exit', stop)
  const ended = once(child, 'close').finally(() => process.removeListener('exit', stop))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const line = once(createInterface(child.stdout), 'line')
  const first = await Promise.race([line, ended.then(() => undefined)])
  if (first === undefined) {
    const [exitCode] = await ended
    const { code, message } = readRefusal(errors)
    return { kind: 'refused', code, message, exitCode }
  }
  const { fingerprint } = JSON.parse(first[0])
  const signer: TestSigner = {
    socket,
    fingerprint,
    child,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
  return { kind: 'ready', signer }
}

/** The refusal that a signer wrote; a stack in its place is a failure of the test. */
function readRefusal(errors: string): Readonly<{ code: string; message: string }> {
  if (errors.startsWith('{')) return JSON.parse(errors)
  throw new Error(`the signer crashed: ${errors}`)
}

/** Starts a signer on a data directory; a refusal is a failure of the test. */
export async function startSigner(
  dataDirectory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestSigner> {
  const start = await tryStartSigner(dataDirectory, env)
  if (start.kind === 'refused') throw new Error(`${start.code}: ${start.message}`)
  return start.signer
}

/** A data directory that goes away with the test. */
export async function testDataDirectory(): Promise<AsyncDisposable & Readonly<{ path: string }>> {
  const path = await mkdtemp(join(tmpdir(), 'coffer-signer-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** A signer for all tests of the file that asks for it, with a client; it goes when they are done. */
export async function signerOfFile(): Promise<Readonly<{ socket: string; client: Signer }>> {
  const data = await testDataDirectory()
  const signer = await startSigner(data.path)
  after(async () => {
    await signer[Symbol.asyncDispose]()
    await data[Symbol.asyncDispose]()
  })
  return { socket: signer.socket, client: signerClient(signer.socket) }
}
