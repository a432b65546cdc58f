import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import Fastify from 'fastify'
import { observeRequests, type SeenRequest } from './observe-requests.ts'

/** Planted fault: the end told by `finish`, which a client that goes away never brings about. */
test('every request ends once: answered, unknown, or left by its client', async () => {
  const server = Fastify()
  const seen: SeenRequest[] = []
  let begun = 0
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  observeRequests(server, {
    begun: () => void (begun += 1),
    ended: (one) => {
      seen.push(one)
      if (one.status === 499) leave()
    },
  })
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  server.get('/v1/things/:id', async () => 'here')
  server.get('/v1/never', () => {
    reach()
    return new Promise(() => undefined)
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  await (await fetch(`${url}/v1/things/secret-id?of=somebody`)).text()
  await (await fetch(`${url}/nowhere`, { method: 'POST' })).text()
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
  socket.write('GET /v1/never HTTP/1.1\r\nhost: x\r\n\r\n')
  await reached
  socket.destroy()
  await Promise.all([left, once(socket, 'close')])
  await server.close()
  assert.equal(begun, 3)
  assert.deepEqual(
    seen.map(({ route, method, status }) => [route, method, status]),
    [
      ['/v1/things/:id', 'GET', 200],
      ['(unknown)', 'POST', 404],
      ['/v1/never', 'GET', 499],
    ],
  )
  assert.ok(seen.every(({ seconds }) => seconds >= 0 && seconds < 600))
})
