import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { manualClock, systemClock } from '../../shell/clock.ts'
import { exchange, nodeName, type NodePlace } from './exchange.client.ts'

type Upstream = AsyncDisposable & Readonly<{ url: URL }>

async function startUpstream(answer: RequestListener): Promise<Upstream> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** A server that answers with what it was asked. */
const mirror: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { 'content-type': type, authorization } = request.headers
    const body = Buffer.concat(chunks).toString('hex')
    response.end(
      JSON.stringify({ url: request.url, method: request.method, type, authorization, body }),
    )
  })
}

const placeOf = (url: URL): NodePlace => ({
  chain: chainId('eip155:1'),
  url: url.toString(),
  timeoutMs: 10_000,
})
const ctx = { clock: systemClock }
const unreachable = (error: unknown): boolean => isError(error, 'chain.unreachable')

test('a text is sent as JSON, bytes as bytes, and nothing without a body', async () => {
  await using upstream = await startUpstream(mirror)
  const place = placeOf(upstream.url)
  const asked = async (body?: string | Uint8Array): Promise<unknown> => {
    const given = body === undefined ? {} : { body }
    const method = body === undefined ? 'GET' : 'POST'
    const { ok, status, text } = await exchange(ctx, place, { method, path: '', ...given })
    assert.deepEqual([ok, status], [true, 200])
    return JSON.parse(text)
  }
  const root = { url: '/' }
  assert.deepEqual(await asked('{}'), {
    ...root,
    method: 'POST',
    type: 'application/json',
    body: '7b7d',
  })
  assert.deepEqual(await asked(Uint8Array.of(0, 255)), {
    ...root,
    method: 'POST',
    type: 'application/octet-stream',
    body: '00ff',
  })
  assert.deepEqual(await asked(), { ...root, method: 'GET', body: '' })
})

/** Seen to fail where a request's own query took the place of the key in the node's URL. */
test('a path goes below the node’s own, and the key in its query stays', async () => {
  await using upstream = await startUpstream(mirror)
  const urlFor = async (own: string, path: string): Promise<unknown> => {
    const place = placeOf(new URL(own, upstream.url))
    const read: unknown = JSON.parse((await exchange(ctx, place, { method: 'GET', path })).text)
    return typeof read === 'object' && read !== null && 'url' in read ? read.url : undefined
  }
  assert.equal(await urlFor('/', 'v2/info'), '/v2/info')
  assert.equal(await urlFor('/key/', 'v2/info?a=1&b=2'), '/key/v2/info?a=1&b=2')
  assert.equal(await urlFor('/key?token=t', ''), '/key?token=t')
  assert.equal(await urlFor('/key?token=t', 'v2/info?a=1'), '/key/v2/info?token=t&a=1')
  assert.equal(await urlFor('/key?token=t', 'v2/info'), '/key/v2/info?token=t')
})

test('a user and password go into a header and into nothing else', async () => {
  await using upstream = await startUpstream(mirror)
  const url = new URL('/path', upstream.url)
  url.username = 'user%20name'
  url.password = 'p:w'
  const { text } = await exchange(ctx, placeOf(url), { method: 'GET', path: '' })
  const token = Buffer.from('user name:p:w').toString('base64')
  assert.deepEqual(JSON.parse(text), {
    url: '/path',
    method: 'GET',
    authorization: `Basic ${token}`,
    body: '',
  })
  assert.equal(nodeName(url.toString()), upstream.url.host)
})

test('an answer of any status is an answer', async () => {
  await using upstream = await startUpstream((_, response) => response.writeHead(503).end('busy'))
  const answer = await exchange(ctx, placeOf(upstream.url), { method: 'GET', path: '' })
  assert.deepEqual(answer, { ok: false, status: 503, text: 'busy' })
})

test('a redirect, a cut connection and half an answer are no answer', async () => {
  const faults: readonly RequestListener[] = [
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    (_, response) => response.destroy(),
    (_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"half":')
      setImmediate(() => response.destroy())
    },
  ]
  for (const fault of faults) {
    await using upstream = await startUpstream(fault)
    const url = new URL('/secret-key', upstream.url)
    const asked = exchange(ctx, placeOf(url), { method: 'GET', path: '' })
    await assert.rejects(asked, (error) => {
      assert.ok(!inspect(error, { depth: 9 }).includes('secret'))
      return unreachable(error)
    })
  }
})

/** Seen to fail where the time ended with the answer's head. */
test('an answer that begins in time and does not end in time is none', async () => {
  const clock = manualClock(0)
  const begun = Promise.withResolvers<void>()
  await using upstream = await startUpstream((_, response) => {
    response.writeHead(200)
    response.write('{', () => begun.resolve())
  })
  const asked = exchange({ clock }, placeOf(upstream.url), { method: 'GET', path: '' })
  await begun.promise
  clock.advance(10_000)
  await assert.rejects(asked, unreachable)
})
