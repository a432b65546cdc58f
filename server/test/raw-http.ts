import { connect } from 'node:net'

/** Sends bytes to a server and gives everything that comes back until it closes. */
export function sendRaw(
  to: Readonly<{ hostname: string; port: string }>,
  bytes: string | Uint8Array,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ host: to.hostname, port: Number.parseInt(to.port, 10) })
  const chunks: Buffer[] = []
  socket.on('connect', () => socket.write(bytes))
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A reset after the answer is an end like any other.
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  socket.setTimeout(10_000, () => {
    socket.destroy()
    reject(new Error('the server neither answered nor closed'))
  })
  return promise
}
