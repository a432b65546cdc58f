import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import { fastify } from 'fastify'
import { eventBody, newSecret, standardHeaders } from '../../test/signed-webhook.ts'
import { webhooks } from '../webhooks.ts'
import type { WebhookHandling } from './receive.ts'

const secret = newSecret()

/** A way to receive webhooks, and how it is stopped. */
type Receiver = Readonly<{ url: string; [Symbol.asyncDispose]: () => Promise<void> }>
type Framework = (handling: WebhookHandling) => Promise<Receiver>

async function listening(server: Server): Promise<Receiver> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

// Express knows a handler of errors by its four parameters.
const quietly: express.ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).end()
}

const frameworks: Readonly<Record<string, Framework>> = {
  Express: (handling) => {
    const app = express()
    app.post('/hooks', webhooks.express(handling))
    app.use(express.json())
    app.use(quietly)
    return listening(app.listen(0, '127.0.0.1'))
  },
  'Express behind express.raw': (handling) => {
    const app = express()
    app.use(express.raw({ type: 'application/json', limit: '10mb' }))
    app.post('/hooks', webhooks.express(handling))
    app.use(quietly)
    return listening(app.listen(0, '127.0.0.1'))
  },
  'an Express router': (handling) => {
    const app = express()
    const router = express.Router()
    router.post('/', webhooks.express(handling))
    app.use('/hooks', router)
    app.use(quietly)
    return listening(app.listen(0, '127.0.0.1'))
  },
  Fastify: async (handling) => {
    const app = fastify()
    await app.register(webhooks.fastify({ ...handling, path: '/hooks' }))
    // Bodies elsewhere are parsed as ever.
    app.post('/other', async (request) => request.body)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const receiver = await listening(app.server)
    const parsed = await fetch(`${receiver.url}/other`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    assert.deepEqual(await parsed.json(), { a: 1 })
    return receiver
  },
  'http.createServer': (handling) => {
    const server = createServer(webhooks.express(handling))
    return listening(server.listen(0, '127.0.0.1'))
  },
}

type Sent = Readonly<{ headers: Record<string, string>; body: string }>
type Ask = (sent: Sent) => Promise<number>

/** What a receiver answers; with a framework where it listens, else called as it is. */
async function asking(name: string, handling: WebhookHandling, use: (ask: Ask) => Promise<void>) {
  const framework = frameworks[name]
  if (framework === undefined) {
    const handler = webhooks.fetch(handling)
    return use(async (sent) => {
      const request = new Request('https://shop.example/hooks?a=1', { method: 'POST', ...sent })
      return (await handler(request)).status
    })
  }
  await using receiver = await framework(handling)
  await use(async (sent) => {
    const answer = await fetch(`${receiver.url}/hooks?a=1`, { method: 'POST', ...sent })
    await answer.text()
    return answer.status
  })
}

const names = [...Object.keys(frameworks), 'fetch']

for (const name of names) {
  /** Seen to fail when a handler parsed and wrote the body again before it was checked. */
  test(`${name}: a signed event is handed on and acknowledged, a forged one is not`, async () => {
    const seen: unknown[] = []
    const onEvent: WebhookHandling['onEvent'] = (event) => void seen.push(event.id)
    await asking(name, { secret, onEvent }, async (ask) => {
      // Not as JSON.stringify writes it, so that a body that was parsed on its way is found out.
      const body = eventBody().replace('"event":', '"event" : ')
      assert.equal(await ask({ headers: standardHeaders(secret, body), body }), 204)
      assert.deepEqual(seen, ['evt_1'])
      assert.equal(await ask({ headers: standardHeaders(newSecret(), body), body }), 400)
      assert.equal(await ask({ headers: { 'content-type': 'application/json' }, body }), 400)
      assert.equal(await ask({ headers: standardHeaders(secret, body), body: '' }), 400)
      assert.deepEqual(seen, ['evt_1'])
    })
  })

  /** Seen to fail when an event was acknowledged before it was handled. */
  test(`${name}: an event that could not be handled comes again`, async (t) => {
    t.mock.method(console, 'error', () => undefined)
    const onEvent = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('the database is away')
    }
    await asking(name, { secret, onEvent }, async (ask) => {
      const body = eventBody()
      assert.equal(await ask({ headers: standardHeaders(secret, body), body }), 500)
    })
  })

  test(`${name}: a body beyond the limit is not read`, async () => {
    if (name === 'Express behind express.raw') return
    const onEvent = (): void => assert.fail('it was handed on')
    await asking(name, { secret, onEvent, bytesMax: 100 }, async (ask) => {
      const body = eventBody({ text: 'x'.repeat(1_000) })
      assert.equal(await ask({ headers: standardHeaders(secret, body), body }), 413)
    })
  })
}

/** Seen to fail when the empty stream was taken for the body: the sender was blamed. */
test('a handler behind express.json() says what is wrong, instead of blaming the sender', async () => {
  const errors: unknown[] = []
  const app = express()
  app.use(express.json())
  app.post('/hooks', webhooks.express({ secret, onEvent: () => undefined }))
  const noting: express.ErrorRequestHandler = (error, request, response, next) => {
    errors.push(error)
    quietly(error, request, response, next)
  }
  app.use(noting)
  await using receiver = await listening(app.listen(0, '127.0.0.1'))
  const body = eventBody()
  const headers = standardHeaders(secret, body)
  const answer = await fetch(`${receiver.url}/hooks`, { method: 'POST', headers, body })
  assert.equal(answer.status, 500)
  const [error] = errors
  assert.ok(error instanceof Error)
  assert.match(error.message, /express\.raw/)
})
