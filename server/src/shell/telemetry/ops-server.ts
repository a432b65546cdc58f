import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { AppError } from '../../errors/app-error.ts'
import type { Log } from '../log.ts'
import { isForwarded, type Ops } from './ops.ts'

/** A listener of its own, for processes that serve no API. */
export type OpsServer = AsyncDisposable & Readonly<{ url: string }>

const TIMEOUT_MS = 10_000
const HEADER_BYTES_MAX = 8_192
const CONNECTIONS_MAX = 100

/**
 * Answers how this process does at a port of its own.
 *
 * @throws shell.port_taken
 */
export async function startOpsServer(
  ctx: Readonly<{ log: Log }>,
  ops: Ops,
  { host, port }: Readonly<{ host: string; port: number }>,
): Promise<OpsServer> {
  const limits = { requestTimeout: TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX }
  const server = createServer(limits, (request, response) => {
    answer(ops, request, response).catch((error: unknown) => {
      ctx.log.error({ error }, 'telling how this process does failed')
      response.destroy()
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = 'code' in cause && cause.code === 'EADDRINUSE'
      reject(taken ? new AppError('shell.port_taken', { host, port }, { cause }) : cause)
    })
    server.listen(port, host, resolve)
  })
  return {
    url: urlOf(host, server.address()),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(ops: Ops, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers, socket } = request
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end()
    return
  }
  const told = await ops({
    path: (request.url ?? '').replace(/\?.*$/s, ''),
    peer: socket.remoteAddress,
    authorization: headers.authorization,
    isForwarded: isForwarded(headers),
  })
  response.writeHead(told.status, told.headers).end(told.text)
}

function urlOf(
  host: string,
  address: ReturnType<ReturnType<typeof createServer>['address']>,
): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
