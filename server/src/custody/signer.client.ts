import { once } from 'node:events'
import { lstat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** A family of chains whose account keys the signer gives out. */
export type KeyFamily = 'bip122' | 'eip155' | 'tron' | 'stacks'

/** Every such family. */
export const keyFamilies: readonly KeyFamily[] = ['bip122', 'eip155', 'tron', 'stacks']

/** An account's public side: `path` such as `m/84'/0'/3'`; `fingerprint` names the seed. */
export type AccountXpub = Readonly<{ path: string; xpub: string; fingerprint: string }>

/**
 * What may be asked of the signer.
 *
 * Every verb throws signer.no_answer when it does not answer in time, and signer.refused.
 */
export type Signer = Readonly<{
  /** Which seed it holds: a fingerprint of 8 hex digits. */
  hello: () => Promise<Readonly<{ version: number; fingerprint: string }>>
  /** @param account 0 to 2^31 − 1 */
  xpub: (family: KeyFamily, account: number) => Promise<AccountXpub>
}>

const REPLY_BYTES_MAX = 64 * 1_024
const TIMEOUT_MS = 5_000

const fingerprint = z.string().regex(/^[0-9a-f]{8}$/)
const helloReply = z.object({ version: z.number(), fingerprint })
const xpubReply = z.object({
  path: z.string(),
  xpub: z.string().regex(/^xpub[1-9A-HJ-NP-Za-km-z]{107,108}$/),
  fingerprint,
})
const anyReply = z.union([
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
])

/** Speaks to the signer over its socket, one connection a question. */
export function signerClient(socket: string, timeoutMs: number = TIMEOUT_MS): Signer {
  const ask = async <Reply>(request: object, schema: z.ZodType<Reply>): Promise<Reply> => {
    const text = await exchange(socket, `${JSON.stringify(request)}\n`, timeoutMs)
    const reply = read(socket, text, anyReply)
    if (reply.ok) return read(socket, text, schema)
    throw new AppError('signer.refused', { code: reply.code, problem: reply.message })
  }
  return {
    hello: () => ask({ op: 'hello' }, helloReply),
    xpub: (family, account) => ask({ op: 'xpub', family, account }, xpubReply),
  }
}

/** Sends one line and gives back the first line that comes. */
async function exchange(path: string, line: string, timeoutMs: number): Promise<string> {
  try {
    await refuseStrangers(path)
    const socket = connect(path)
    const signal = AbortSignal.timeout(timeoutMs)
    const stop = (): void => void socket.destroy(new Error(`no answer in ${timeoutMs} ms`))
    signal.addEventListener('abort', stop)
    try {
      await once(socket, 'connect')
      socket.write(line)
      return await firstLine(socket)
    } finally {
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('signer.no_answer', { socket: path, problem }, { cause })
  }
}

/** Whoever answers in the signer's place decides where all coins go. */
async function refuseStrangers(path: string): Promise<void> {
  const { uid } = await lstat(path)
  if (uid !== process.getuid?.()) throw new Error(`the socket belongs to user ${uid}`)
}

async function firstLine(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of socket) {
    const bytes = bytesOf(chunk)
    chunks.push(bytes)
    length += bytes.length
    if (bytes.includes(0x0a)) break
    if (length > REPLY_BYTES_MAX) throw new Error('the answer is too long')
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const end = text.indexOf('\n')
  if (end < 0) throw new Error('it hung up')
  return text.slice(0, end)
}

/** A socket without an encoding gives bytes; its type does not say so. */
function bytesOf(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  throw new TypeError('a socket gives bytes')
}

function read<Reply>(socket: string, text: string, schema: z.ZodType<Reply>): Reply {
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const problem = 'its answer has another form than expected'
  throw new AppError('signer.no_answer', { socket, problem }, { cause: parsed.error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON fits no schema either.
    return undefined
  }
}
