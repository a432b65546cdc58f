import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { fakeMachine } from '../test/fake-machine.ts'
import {
  answering,
  breaking,
  refusing,
  scriptedServer,
  silent,
  succeeding,
  type Arrived,
  type Step,
} from '../test/scripted-server.ts'
import { CrytomConnectionError, CrytomRateLimitError, CrytomServerError } from './errors.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { readSettings, type CrytomOptions } from './settings.ts'

const KEY = 'sk_test_0123456789'

function exchangeWith(
  baseUrl: string,
  options: CrytomOptions = {},
  machine = fakeMachine(),
): Exchange {
  return createExchange(readSettings(KEY, { baseUrl, ...options }, undefined), machine)
}

const isSigned = ({ method, target, headers, body }: Arrived): boolean => {
  const timestamp = String(headers['x-crytom-timestamp'])
  const hmac = createHmac('sha256', KEY).update(timestamp + method + target + body)
  return headers['x-crytom-signature'] === hmac.digest('hex')
}

/** Seen to fail when the key was made for each attempt, and when an attempt kept its timestamp. */
test('a payout that is repeated keeps its idempotency key and body, and is signed anew', async () => {
  const steps = [breaking, refusing(503, 'temporarily_unavailable'), succeeding({ id: 'po_1' })]
  await using server = await scriptedServer(steps)
  const request = { method: 'POST', path: '/v1/payouts', body: { amount: '0.1' } } as const
  const { data } = await exchangeWith(server.url)(request)
  assert.deepEqual(data, { id: 'po_1' })
  assert.equal(server.arrived.length, 3)
  const different = (of: (one: Arrived) => unknown): number => new Set(server.arrived.map(of)).size
  assert.equal(
    different((one) => one.headers['idempotency-key']),
    1,
  )
  assert.equal(
    different((one) => one.body),
    1,
  )
  assert.equal(
    different((one) => one.headers['x-crytom-timestamp']),
    3,
  )
  assert.deepEqual(server.arrived.map(isSigned), [true, true, true])
})

/** Seen to fail when the query was left out of what is signed (as SDK 1.0 did). */
test('a query is sent exactly as it was signed, whatever it holds', async () => {
  await using server = await scriptedServer([succeeding([])])
  const query = { type: 'a b+c&d=é/?#%41', limit: 5, none: undefined, sorted: true }
  await exchangeWith(server.url)({ method: 'GET', path: '/v1/events', query })
  const [arrived] = server.arrived
  assert.ok(arrived !== undefined && isSigned(arrived))
  const sent = new URL(arrived.target, server.url).searchParams
  assert.deepEqual(Object.fromEntries(sent), { type: query.type, limit: '5', sorted: 'true' })
  assert.equal(arrived.headers['idempotency-key'], undefined)
})

test('requests of one millisecond have different timestamps', async () => {
  await using server = await scriptedServer(Array<Step>(50).fill(succeeding([])))
  const exchange = exchangeWith(server.url)
  const asked = { method: 'GET', path: '/v1/balance' } as const
  await Promise.all(Array.from({ length: 50 }, () => exchange(asked)))
  const times = server.arrived.map((one) => one.headers['x-crytom-timestamp'])
  assert.equal(new Set(times).size, 50)
})

/** Seen to fail when the wrong clock was kept for the next request. */
test('a machine whose clock is an hour off is believed to be, once the API has said so', async () => {
  const machine = fakeMachine()
  const apiNow = machine.time + 3_600_000
  const judged: Step = (response, arrived) => {
    const off = Math.abs(apiNow - Number(arrived.headers['x-crytom-timestamp']))
    const date = new Date(apiNow).toUTCString()
    if (off <= 300_000) return succeeding('in time')(response, arrived)
    refusing(401, 'timestamp_out_of_window', { date })(response, arrived)
  }
  await using server = await scriptedServer([judged, judged, judged])
  const exchange = exchangeWith(server.url, {}, machine)
  const asked = { method: 'GET', path: '/v1/balance' } as const
  assert.equal((await exchange(asked)).data, 'in time')
  assert.equal(server.arrived.length, 2)
  await exchange(asked)
  assert.equal(server.arrived.length, 3)
})

test('a clock that the API refuses twice is told to the caller', async () => {
  const refused = refusing(401, 'timestamp_out_of_window', { date: new Date(0).toUTCString() })
  await using server = await scriptedServer([refused, refused, refused])
  const asked = exchangeWith(server.url)({ method: 'GET', path: '/v1/balance' })
  await assert.rejects(asked, { code: 'timestamp_out_of_window', status: 401 })
  assert.equal(server.arrived.length, 2)
})

test('what two processes happened to sign alike is signed again', async () => {
  await using server = await scriptedServer([refusing(401, 'request_replayed'), succeeding(1)])
  const machine = fakeMachine()
  await exchangeWith(server.url, {}, machine)({ method: 'GET', path: '/v1/balance' })
  assert.deepEqual(machine.slept, [])
})

/** Seen to fail when `Retry-After` was not heard, and when the tries had no bound. */
test('a busy API is given the rest that it asks for, and no more tries than were allowed', async () => {
  const busy = refusing(429, 'rate_limit_exceeded', { 'retry-after': '7' })
  await using server = await scriptedServer(Array<Step>(9).fill(busy))
  const machine = fakeMachine()
  const asked = exchangeWith(
    server.url,
    { maxRetries: 2 },
    machine,
  )({
    method: 'GET',
    path: '/v1/balance',
  })
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof CrytomRateLimitError)
    assert.equal(error.retryAfterMs, 7_000)
    assert.equal(error.requestId, undefined)
    return true
  })
  assert.equal(server.arrived.length, 3)
  assert.deepEqual(machine.slept, [7_000, 7_000])
})

test('who asks for more than a minute is told to the caller, who has other things to do', async () => {
  const busy = refusing(503, 'temporarily_unavailable', { 'retry-after': '61' })
  await using server = await scriptedServer([busy, busy])
  const asked = exchangeWith(server.url)({ method: 'GET', path: '/v1/balance' })
  await assert.rejects(asked, { retryAfterMs: 61_000, status: 503 })
  assert.equal(server.arrived.length, 1)
})

test('a refusal is not repeated: only what passes by itself is', async () => {
  for (const status of [400, 401, 403, 404, 409, 413, 415, 422]) {
    await using server = await scriptedServer([refusing(status, 'no'), succeeding(1)])
    const asked = exchangeWith(server.url)({ method: 'POST', path: '/v1/payouts', body: {} })
    await assert.rejects(asked, { status, code: 'no' })
    assert.equal(server.arrived.length, 1)
  }
  const repeated = [refusing(409, 'idempotency_in_progress'), succeeding(1)]
  await using server = await scriptedServer(repeated)
  await exchangeWith(server.url)({ method: 'POST', path: '/v1/payouts', body: {} })
})

/** Seen to fail when the outcome was that of the last attempt alone. */
test('a write whose fate is not known says so, with the key to repeat it by', async () => {
  await using server = await scriptedServer([breaking, breaking])
  const request = { method: 'POST', path: '/v1/payouts', body: {}, maxRetries: 1 } as const
  await assert.rejects(exchangeWith(server.url)(request), (error) => {
    assert.ok(error instanceof CrytomConnectionError)
    assert.equal(error.code, 'connection_failed')
    assert.equal(error.outcome, 'unknown')
    assert.equal(error.idempotencyKey, server.arrived[0]?.headers['idempotency-key'])
    return true
  })
})

test('a write that never left says that too', async () => {
  const gone = await scriptedServer([])
  await gone[Symbol.asyncDispose]()
  const request = { method: 'POST', path: '/v1/payouts', idempotencyKey: 'mine' } as const
  const expected = { code: 'connection_failed', outcome: 'not_sent', idempotencyKey: 'mine' }
  await assert.rejects(exchangeWith(gone.url)(request), expected)
})

/** Seen to fail when the time ended with the headers, so that a stalled body hung for ever. */
test('no answer, and an answer that stops in its middle, are given up in time', async () => {
  const stalled: Step = (response) => void response.writeHead(200).write('{"status":')
  for (const step of [silent, stalled]) {
    await using server = await scriptedServer([step])
    const request = { method: 'GET', path: '/v1/balance', timeoutMs: 100, maxRetries: 0 } as const
    const expected = { code: 'timed_out', outcome: 'unknown' }
    await assert.rejects(exchangeWith(server.url)(request), expected)
  }
})

test('a call ends when its signal says so: before it, in it, and between two attempts', async () => {
  await using server = await scriptedServer([silent, silent])
  const stop = new AbortController()
  const request = { method: 'GET', path: '/v1/balance', signal: stop.signal } as const
  const asked = exchangeWith(server.url)(request)
  setImmediate(() => stop.abort())
  await assert.rejects(asked, { code: 'aborted' })
  await assert.rejects(exchangeWith(server.url)(request), { code: 'aborted', outcome: 'not_sent' })

  const busy = refusing(503, 'temporarily_unavailable')
  await using other = await scriptedServer([busy, busy])
  const between = new AbortController()
  const machine = { ...fakeMachine(), sleep: async () => between.abort() }
  const settings = readSettings(KEY, { baseUrl: other.url }, undefined)
  const waiting = createExchange(settings, machine)({ ...request, signal: between.signal })
  await assert.rejects(waiting, { code: 'aborted' })
  assert.equal(other.arrived.length, 1)
})

/** Seen to fail when redirects were followed: the other server got the key. */
test('a redirect is not followed, so that the key goes nowhere else', async () => {
  await using elsewhere = await scriptedServer([succeeding('taken')])
  const redirecting = answering(307, {}, { location: `${elsewhere.url}/v1/balance` })
  await using server = await scriptedServer([redirecting])
  const asked = exchangeWith(server.url)({ method: 'GET', path: '/v1/balance' })
  await assert.rejects(asked, { status: 307, code: 'http_307' })
  assert.equal(elsewhere.arrived.length, 0)
})

test('an answer that is not the API’s is not taken for one', async () => {
  const page: Step = (response) => void response.writeHead(200).end('<html>hello</html>')
  await using server = await scriptedServer([page, answering(200, { data: 1 })])
  const exchange = exchangeWith(server.url)
  const asked = { method: 'GET', path: '/v1/balance' } as const
  await assert.rejects(exchange(asked), { code: 'answer_unreadable' })
  await assert.rejects(exchange(asked), { code: 'answer_unreadable' })

  const broken: Step = (response) => void response.writeHead(502).end('<html>bad gateway</html>')
  await using proxy = await scriptedServer([broken])
  const refused = exchangeWith(proxy.url, { maxRetries: 0 })(asked)
  await assert.rejects(refused, (error) => error instanceof CrytomServerError)
})
