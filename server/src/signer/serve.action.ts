import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { AppError } from '../errors/app-error.ts'
import { ownDirectory } from './keystore-file.action.ts'
import { refusalOf } from './refusal.ts'
import { removeSocket, takePlace } from './socket-place.action.ts'

/**
 * Most bytes of one request, its newline included: a PSBT holds every transaction that its inputs
 * come from.
 */
export const FRAME_BYTES_MAX = 4 * 1_024 * 1_024

const FRAME_MS_MAX = 5_000
const IDLE_MS_MAX = 30_000
const CONNECTIONS_MAX = 64
const NEWLINE = 0x0a

/** Answers the text of one request, or throws the refusal that is sent instead. */
export type Answering = (text: string) => object

/** Where the signer listens. */
export type SocketPlace = Readonly<{ socketDirectory: string; socket: string }>

/**
 * Answers requests on a unix socket that only this user may open: one JSON text a line in, one a
 * line out, in order. A line must be whole within seconds of its first byte. A socket that a
 * crashed signer left is replaced; disposing closes and removes ours.
 *
 * @throws signer.already_running, signer.directory_unsafe
 */
export async function serve(place: SocketPlace, answering: Answering): Promise<AsyncDisposable> {
  await ownDirectory(place.socketDirectory)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    converse(socket, answering)
  })
  server.maxConnections = CONNECTIONS_MAX
  const own = `${place.socket}.${process.pid}`
  await listen(server, own)
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) socket.destroy()
    await closed
  }
  try {
    await chmod(own, 0o600)
    const inode = await takePlace(own, place.socket)
    return {
      [Symbol.asyncDispose]: async () => {
        await removeSocket(place.socket, inode)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function converse(socket: Socket, answering: Answering): void {
  let waiting: Buffer = Buffer.alloc(0)
  let deadline: NodeJS.Timeout | undefined
  // A client that goes away in the middle is its own affair.
  socket.on('error', () => undefined)
  socket.setTimeout(IDLE_MS_MAX, () => socket.destroy())
  socket.once('close', () => clearTimeout(deadline))
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    for (;;) {
      const end = waiting.indexOf(NEWLINE)
      const length = end < 0 ? waiting.length : end + 1
      if (length > FRAME_BYTES_MAX) {
        const tooLong = refused(new AppError('signer.frame_too_long', limits))
        socket.end(frame(tooLong), () => socket.destroy())
        socket.removeAllListeners('data')
        return
      }
      if (end < 0) break
      const text = waiting.toString('utf8', 0, end)
      waiting = waiting.subarray(end + 1)
      clearTimeout(deadline)
      deadline = undefined
      socket.write(frame(reply(text, answering)))
    }
    if (waiting.length > 0) deadline ??= setTimeout(() => socket.destroy(), FRAME_MS_MAX)
  })
}

const limits = { bytesMax: FRAME_BYTES_MAX }

function reply(text: string, answering: Answering): object {
  try {
    return { ok: true, ...answering(text) }
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): object {
  const refusal = refusalOf(error)
  if (refusal === undefined) throw error
  return { ok: false, ...refusal }
}

const frame = (value: object): string => `${JSON.stringify(value)}\n`
