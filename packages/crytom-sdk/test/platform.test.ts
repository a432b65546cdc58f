import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startTestPlatform, type TestPlatform } from '../../../server/test/test-platform.ts'
import { createExchange } from '../src/exchange.ts'
import { CrytomClient, CrytomInvalidRequestError, CrytomNotFoundError } from '../src/index.ts'
import { readSettings } from '../src/settings.ts'
import { fakeMachine } from './fake-machine.ts'
import { installPackage, lend, run, type Installed } from './installed.ts'

// On a whole platform: the examples of the README as they are printed, with the package as a user
// has it, and what only the real other side can say of the client.

const stack = new AsyncDisposableStack()
let installed: Installed
let platform: TestPlatform
let crytom: CrytomClient
let examples: readonly string[]

before(async () => {
  installed = await installPackage(stack)
  platform = await startTestPlatform(stack)
  crytom = new CrytomClient(platform.sandbox.access.secret_key, { baseUrl: platform.url })
  await lend(installed.project, ['express', 'fastify'])
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
})
after(() => stack.disposeAsync())

/** Writes the one example in which a text stands, as the kind of module that it is. */
async function written(mark: string): Promise<string> {
  const [example = '', ...others] = examples.filter((text) => text.includes(mark))
  assert.ok(example !== '' && others.length === 0, mark)
  const name = mark.replaceAll(/\W/g, '-')
  return installed.write(`${name}.${example.includes('require(') ? 'cjs' : 'mjs'}`, example)
}

async function printed(mark: string): Promise<string> {
  const environment = {
    ...process.env,
    CRYTOM_KEY: platform.sandbox.access.secret_key,
    CRYTOM_BASE_URL: platform.url,
  }
  const path = await written(mark)
  const { stdout, stderr } = await run(process.execPath, [path], { env: environment })
  assert.equal(stderr, '')
  return stdout
}

/** Seen to fail when the envelope was not unwrapped: `checkout_url` was undefined. */
test('the first example makes a session, whose address it prints', async () => {
  const url = (await printed('createOrder')).trim()
  const [session] = await crytom.checkout.list({ limit: 1 })
  assert.ok(session !== undefined)
  assert.equal(url, session.checkout_url)
  assert.equal(session.amount, '50')
})

test('the example of a payout sends it, and again with the same key does not send another', async () => {
  const [first, second] = [await printed('payouts.create'), await printed('payouts.create')]
  assert.match(first, /^po_\w+ \d+\.?\d*\n$/)
  assert.equal(first, second)
  const all: string[] = []
  for await (const payout of crytom.payouts.list()) all.push(payout.payout_id)
  assert.deepEqual(all, [first.split(' ')[0]])
})

test('the examples of exact amounts, lists and events print what they say', async () => {
  assert.match(await printed('rate_exact'), /^[\d.]+ number\n[\d.]+ string\n$/)
  const [counted, ...events] = (await printed('page.pagination')).split('\n')
  const { pagination } = await crytom.payments.list()
  assert.equal(counted, `${pagination.total} ${pagination.total}`)
  assert.ok(events.some((line) => /^evt_\w+ payout\.\w+$/.test(line)))
})

/** What a handler is given: a server on a free port, and an endpoint whose secret it has. */
async function endpointFor(
  own: AsyncDisposableStack,
  secretFor: (secret: string) => Promise<void>,
) {
  const current: { handle: RequestListener } = { handle: () => undefined }
  const answered = Promise.withResolvers<number>()
  const server = createServer((request, response) => {
    response.once('finish', () => answered.resolve(response.statusCode))
    current.handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  own.defer(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const url = `http://127.0.0.1:${address.port}/webhooks`
  const endpoint = await crytom.webhookEndpoints.create({ url })
  own.defer(async () => void (await crytom.webhookEndpoints.delete(endpoint.id)))
  assert.ok(typeof endpoint.secret === 'string')
  await secretFor(endpoint.secret)
  return { endpoint, answered: answered.promise, current }
}

/** Runs a handler's example, and has the platform deliver to it. @returns what it answered */
async function deliveredTo(
  mark: string,
  handlerOf: (module: Record<string, unknown>) => Promise<RequestListener>,
): Promise<number> {
  await using own = new AsyncDisposableStack()
  const { endpoint, answered, current } = await endpointFor(own, async (secret) => {
    process.env['WEBHOOK_SECRET'] = secret
  })
  const module: Record<string, unknown> = await import(pathToFileURL(await written(mark)).href)
  current.handle = await handlerOf(module)
  await crytom.webhookEndpoints.test(endpoint.id, { event: 'checkout.session.confirmed' })
  return await answered
}

/** What every framework of this kind does: Node's request as a `Request`, and its `Response` back. */
async function answerBy(
  handler: (request: Request) => Promise<Response>,
  ...[request, response]: Parameters<RequestListener>
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const body = Buffer.concat(chunks)
  const asked = { method: 'POST', headers: Object.fromEntries(headers), body }
  const answer = await handler(new Request(`http://shop.example${request.url}`, asked))
  response.writeHead(answer.status).end()
}

/** Seen to fail when the example put `express.json()` before the handler. */
test('the examples of Express, Fastify and fetch acknowledge what the platform delivers', async (t) => {
  const print = t.mock.method(console, 'log', () => undefined)
  const listener = (value: unknown): RequestListener => {
    assert.ok(typeof value === 'function')
    return (request, response) => void value(request, response)
  }
  const express = await deliveredTo('webhooks.express', async ({ app }) => listener(app))
  assert.equal(express, 204)
  assert.equal(print.mock.calls.at(-1)?.arguments[0], 'paid')

  const fastify = await deliveredTo('webhooks.fastify', async ({ app }) => {
    await Object(app).ready()
    return listener(Object(app).routing)
  })
  assert.equal(fastify, 204)

  const fetched = await deliveredTo('webhooks.fetch', async ({ POST }) => {
    assert.ok(typeof POST === 'function')
    return (request, response) => void answerBy((one) => POST(one), request, response)
  })
  assert.equal(fetched, 204)
})

/** Seen to fail when a space of the query was signed as `%20` and sent as `+`. */
test('whatever a query holds, the signature fits what arrives', async () => {
  const customers = ["a b+c'd", 'é€😀', '%41%2f?&=#', '"<>\\^`{|}~']
  for (const customer_id of customers) {
    const made = await crytom.wallets.create({ customer_id, currency: 'BTC', network: 'Bitcoin' })
    const query = { customer_id, currency: 'BTC', network: 'Bitcoin' }
    assert.equal((await crytom.wallets.lookup(query)).wallet_id, made.wallet_id)
  }
  const seen: string[] = []
  const list = crytom.wallets.list({ currency: 'BTC', limit: 1 })
  for await (const wallet of list) seen.push(wallet.customer_id)
  assert.deepEqual(seen, customers.toReversed())
})

/** Seen to fail when amounts were read by JSON.parse. */
test('a payout of eighteen decimals is told without loss', async () => {
  const coins = { currency: 'ETH', network: 'Ethereum', amount: '2.000000000000000009' }
  await crytom.sandbox.fund(coins)
  const amount = '1.234567890123456789'
  const destination = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const wanted = { ...coins, amount, destination_address: destination }
  const payout = await crytom.payouts.create(wanted, { prefer: 'respond-async' })
  assert.equal(payout.amount_exact, amount)
  const digits = (text: string): bigint => BigInt(text.replace('.', '').padEnd(19, '0'))
  const [net, fee] = [payout.net_amount_exact, payout.estimated_fee_exact].map(digits)
  assert.ok(net !== undefined && fee !== undefined)
  assert.equal(net + fee, digits(amount))
})

test('a write with a key that was used is the first one again, or refused', async () => {
  const idempotencyKey = 'one-order'
  const create = (amount: string) => {
    const body = { amount, currency: 'USD', product_name: 'Yearly plan' }
    const request = { method: 'POST', path: '/v1/checkout/sessions', body, idempotencyKey } as const
    return crytom.request<{ id: string }>(request)
  }
  const [first, again] = [await create('5'), await create('5')]
  assert.deepEqual([first.replayed, again.replayed], [false, true])
  assert.equal(again.data.id, first.data.id)
  const expected = { code: 'idempotency_key_reused', status: 422, idempotencyKey }
  await assert.rejects(create('6'), expected)
})

test('refusals come as errors that say where and why', async () => {
  await assert.rejects(crytom.payouts.get('po_unknown'), (error) => {
    assert.ok(error instanceof CrytomNotFoundError)
    assert.match(String(error.requestId), /^req_/)
    return true
  })
  const wanted = { amount: '-1', currency: 'USD', product_name: '' }
  await assert.rejects(crytom.checkout.create(wanted), (error) => {
    assert.ok(error instanceof CrytomInvalidRequestError)
    assert.deepEqual(
      error.errors.map((one) => one.param),
      ['amount', 'product_name'],
    )
    return true
  })
})

test('a machine that is an hour late is served all the same', async () => {
  const { access } = platform.sandbox
  const settings = readSettings(access.secret_key, { baseUrl: platform.url }, undefined)
  const exchange = createExchange(settings, fakeMachine(Date.now() - 3_600_000))
  assert.equal((await exchange({ method: 'GET', path: '/v1/balance' })).status, 200)
})

test('who follows the log sees what happens meanwhile', async () => {
  const stop = new AbortController()
  const [last] = await crytom.checkout.list({ limit: 1 })
  const wanted = { type: 'checkout.session.created' }
  const followed = crytom.events.follow(wanted, { signal: stop.signal, pollMs: 20 })
  const seen: string[] = []
  let made: string | undefined
  for await (const event of followed) {
    seen.push(event.object_id)
    if (event.object_id === last?.id) {
      const body = { amount: 7, currency: 'USD', product_name: 'Monthly plan' }
      made = (await crytom.checkout.create(body)).id
    }
    if (event.object_id === made) stop.abort()
  }
  assert.equal(seen.at(-1), made)
  assert.equal(new Set(seen).size, seen.length)
})
