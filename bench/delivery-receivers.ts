import { createServer } from 'node:http'
import { createServer as createRawServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'

// Servers that take messages: nine answer 200 at once, the tenth takes connections and never says a
// word. The parent is told their ports, and from time to time how many messages have come.
const LIVING = 9
const TELL_MS = 20

let messages = 0
const living = Array.from({ length: LIVING }, () =>
  createServer((request, response) => {
    request.resume().once('end', () => {
      messages += 1
      response.writeHead(200, { 'content-length': '2' }).end('ok')
    })
  }),
)
const dead = createRawServer((socket) => socket.on('error', () => undefined).resume())

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

process.send?.({ living: await Promise.all(living.map(listen)), dead: await listen(dead) })
let told = 0
setInterval(() => {
  if (messages === told) return
  told = messages
  process.send?.({ messages })
}, TELL_MS)
process.once('disconnect', () => process.exit())
