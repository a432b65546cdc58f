import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A server that listens on `port` of 127.0.0.1. */
export type Running = AsyncDisposable & Readonly<{ port: number }>

/** Listens on a free port of loopback; disposing ends every connection. */
export async function listen(server: Server): Promise<Running> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A server that writes these bytes to whoever sent something, and does nothing more. */
export const rawServer = (write: (socket: Socket) => void): Promise<Running> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => write(socket))
    }),
  )
