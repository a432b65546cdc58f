import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeJson } from '../server/src/money/json.ts'

/** One request as a stand-in sees it. */
export type Asked = Readonly<{
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
  /** The body's type without parameters. */
  type: string
}>

/** What a stand-in answers: a value that is written as JSON, bigints as exact numbers. */
export type Answered = Readonly<{ status: number; value: unknown }>

/** A stand-in that listens. */
export type Listening = AsyncDisposable &
  Readonly<{
    url: string
    /** Hangs up on every request, unread; or answers again. */
    halt: (halted: boolean) => void
    /** Does what requests ask for and hangs up without an answer; or answers again. */
    loseAnswers: (lost: boolean) => void
  }>

const BODY_BYTES_MAX = 8 * 1024 * 1024

/** Serves on a free port of loopback. */
export async function serve(
  answer: (asked: Asked) => Answered | Promise<Answered>,
): Promise<Listening> {
  let halted = false
  let losing = false
  const server = createServer((request, response) => {
    if (halted) return void request.socket.destroy()
    void readBody(request).then(async (body) => {
      const { status, value } = await safely(() => answer(asked(request, body)))
      if (losing) return void request.socket.destroy()
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(writeJson(value))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    halt: (wanted) => (halted = wanted),
    loseAnswers: (wanted) => (losing = wanted),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function asked(request: IncomingMessage, body: Buffer): Asked {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return { method: request.method ?? 'GET', path: pathname, query: searchParams, body, type }
}

/** A fault of the stand-in shows as what it is, and not as a time-out. */
async function safely(answer: () => Answered | Promise<Answered>): Promise<Answered> {
  try {
    return await answer()
  } catch (error) {
    return { status: 500, value: { error: `the stand-in failed: ${String(error)}` } }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > BODY_BYTES_MAX) break
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
