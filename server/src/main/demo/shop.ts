import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'

/** An event that reached the shop; `verified` says whether its signature was right. */
export type Heard = Readonly<{ event: string; verified: boolean }>

/** A shop's small webhook receiver. Disposing closes it. */
export type Shop = AsyncDisposable & Readonly<{ url: string; heard: readonly Heard[] }>

const BODY_BYTES_MAX = 1_048_576

/** Listens on loopback, verifies what comes as the guide says, and remembers it. */
export async function openShop(secret: string): Promise<Shop> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const event = /"event":\s*"([\w.]+)"/.exec(body)?.[1] ?? '(unknown)'
      heard.push({ event, verified: isAuthentic(request, body, secret) })
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    heard,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > BODY_BYTES_MAX) break
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** HMAC-SHA256 over timestamp, "POST", path and raw body, compared in constant time. */
function isAuthentic(request: IncomingMessage, body: string, secret: string): boolean {
  const timestamp = String(request.headers['x-crytom-timestamp'])
  const expected = createHmac('sha256', secret)
    .update(`${timestamp}POST${request.url}${body}`)
    .digest()
  const given = Buffer.from(String(request.headers['x-crytom-signature']), 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
