import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, list, openEventApi } from '../../../test/event-api.ts'
import { startReceiver, type Received } from '../../../test/webhook-receiver.ts'
import { awaitTest, sendTest } from '../../events/send-test.action.ts'
import { inDbTx } from '../../shell/db.ts'

type World = Awaited<ReturnType<typeof openEventApi>>

const newEndpoint = async ({ ask }: World, url: string, more: object = {}) => {
  const made = await ask('/v1/webhook-endpoints', { body: { url, ...more } })
  return { id: String(at(made, 'id')), secret: String(at(made, 'secret')) }
}

/** Events and targets of a list, page by page. */
async function readAll(world: World, path: string, total: number): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  let cursor = ''
  for (let pages = 0; pages < 10; pages += 1) {
    const { json } = await world.api.call(path + cursor)
    assert.equal(at(json, 'pagination', 'total'), total)
    seen.push(...list(at(json, 'data')).map((one) => [at(one, 'event_id'), at(one, 'target')]))
    const next = at(json, 'pagination', 'next_cursor')
    if (next === undefined) break
    cursor = `&cursor=${String(next)}`
  }
  return seen
}

/** Seen to fail with the cursor compared to the event alone: deliveries of one event were lost. */
test('the deliveries of all targets are listed page by page, the newest first', async () => {
  await using world = await openEventApi()
  await using receiver = await startReceiver({ secrets: [] })
  const url = (name: string): string => `${receiver.url}/${name}`
  const [first, second] = [await newEndpoint(world, url('1')), await newEndpoint(world, url('2'))]
  const events: string[] = []
  for (let index = 0; index < 5; index += 1) {
    const more = { callbackUrl: url('callback') }
    events.unshift((await world.append(`pay_${index}`, {}, more)).eventId)
  }
  const seen = await readAll(world, '/v1/deliveries?limit=4', 15)
  const targets = [first.id, second.id, 'callback'].sort().reverse()
  assert.deepEqual(
    seen,
    events.flatMap((event) => targets.map((target) => [event, target])),
  )
  assert.deepEqual(
    await readAll(world, `/v1/webhook-endpoints/${second.id}/deliveries?limit=2`, 5),
    events.map((event) => [event, second.id]),
  )
  const pageOf = async (page: number): Promise<readonly unknown[]> =>
    list(await world.ask(`/v1/deliveries?limit=4&page=${page}`))
  assert.deepEqual(
    (await pageOf(2)).map((one) => at(one, 'event_id')),
    seen.slice(4, 8).map((one) => at(one, 0)),
  )
  assert.equal(await world.ask('/v1/deliveries?cursor=evt_1'), '400 cursor_unknown')
})

test('the deliveries of an endpoint are found by how they stand and what they tell', async () => {
  await using world = await openEventApi()
  const reply = ({ objectId }: Received): number => (objectId === 'pay_bad' ? 503 : 200)
  await using receiver = await startReceiver({ secrets: [], reply })
  const { id } = await newEndpoint(world, receiver.url)
  const path = `/v1/webhook-endpoints/${id}/deliveries`
  const bad = await world.append('pay_bad')
  await world.append('pay_1')
  await world.append('po_1', {}, { type: 'payout.completed' })
  await world.ask('/v1/events')
  await world.deliver()
  const found = async (query: string) =>
    list(await world.ask(`${path}?${query}`)).map((one) => at(one, 'object_id'))
  assert.deepEqual(await found(''), ['po_1', 'pay_1', 'pay_bad'])
  assert.deepEqual(await found('status=delivered'), ['po_1', 'pay_1'])
  assert.deepEqual(await found('status=failed'), [])
  assert.deepEqual(await found('type=payment.*'), ['pay_1', 'pay_bad'])
  assert.deepEqual(await found('type=payout.completed'), ['po_1'])
  assert.deepEqual(await found('object_id=pay_1&status=pending'), [])
  const [waiting] = list(await world.ask(`${path}?status=pending`))
  assert.equal(at(waiting, 'event_id'), bad.eventId)
  assert.equal(at(waiting, 'last_attempt', 'status_code'), 503)
  const told = await world.ask(`${path}/${bad.eventId}`)
  assert.equal(at(told, 'body'), receiver.received.find((one) => one.objectId === 'pay_bad')?.body)
  assert.equal(list(at(told, 'attempts')).length, 1)
  const times = list(at(told, 'planned_attempts')).map((one) => Date.parse(String(one)) / 1_000)
  assert.equal(times.length, 9)
  assert.ok((times[8] ?? 0) - (times[0] ?? 0) > 23 * 3_600)
  assert.equal(await world.ask(`${path}/evt_none`), '404 event_unknown')
  assert.equal(await world.ask('/v1/webhook-endpoints/whe_none/deliveries'), '404 endpoint_unknown')
})

/** Seen to fail with tests sent to whoever wants their type, and with tests left in the log. */
test('a test event comes marked and signed, to the endpoint that is tried alone', async () => {
  await using world = await openEventApi()
  await using worker = world.work()
  const secrets: string[] = []
  let status = 200
  await using receiver = await startReceiver({ secrets, reply: () => status })
  await using other = await startReceiver({ secrets: [] })
  const { id, secret } = await newEndpoint(world, receiver.url, { events: ['wallet.*'] })
  await newEndpoint(world, other.url)
  secrets.push(secret)
  await world.ask(`/v1/webhook-endpoints/${id}`, { method: 'PATCH', body: { enabled: false } })
  const headers = { prefer: 'wait=30' }
  const trying = (body: object) => world.ask(`/v1/webhook-endpoints/${id}/test`, { body, headers })
  const sent = await trying({ event: 'payment.confirmed' })
  const [message] = receiver.received
  assert.deepEqual([at(sent, 'status'), at(sent, 'test')], ['delivered', true])
  assert.equal(at(sent, 'body'), message?.body)
  assert.deepEqual(message?.signed, { crytom: true, standard: true })
  const body: unknown = JSON.parse(message?.body ?? '')
  assert.deepEqual([at(body, 'event'), at(body, 'test')], ['payment.confirmed', true])
  assert.equal(at(body, 'data', 'status'), 'confirmed')
  status = 500
  const failed = await trying({})
  assert.deepEqual(
    ['status', 'event', 'planned_attempts'].map((name) => at(failed, name)),
    ['failed', 'webhook_endpoint.test', []],
  )
  assert.equal(at(failed, 'attempts', 0, 'status_code'), 500)
  assert.equal(at(await world.ask(`/v1/webhook-endpoints/${id}`), 'failing_since'), null)
  const types = list(await world.ask('/v1/events')).map((event) => at(event, 'event'))
  assert.deepEqual(types, ['webhook_endpoint.disabled'])
  const one = await world.ask(`/v1/events/${String(at(sent, 'event_id'))}`)
  assert.equal(at(one, 'test'), true)
  assert.equal(await trying({ event: 'payment.eaten' }), '400 invalid_request')
  await other.until(1)
  await worker[Symbol.asyncDispose]()
  assert.deepEqual(
    other.received.map((told) => told.event),
    ['webhook_endpoint.disabled'],
  )
})

/** Seen to fail (404 `delivery_unknown`, which no document promises) in the fuzz test. */
test('a test for an endpoint that is deleted meanwhile is answered all the same', async () => {
  await using world = await openEventApi()
  const { ctx } = world
  const { test: book } = world.api.organization
  const { id: endpointId } = await newEndpoint(world, 'http://127.0.0.1:8080/hook')
  const of = { book, endpointId }
  const type = 'payment.confirmed'
  const eventId = await inDbTx(ctx, (dbTx) => sendTest(ctx, dbTx, { ...of, type }))
  assert.equal(
    at(await world.ask(`/v1/webhook-endpoints/${endpointId}`, { method: 'DELETE' }), 'deleted'),
    true,
  )
  assert.equal(await awaitTest(ctx, of, { eventId, waitMs: 0 }), undefined)
})

test('what an endpoint missed while it was disabled is sent to it, once it is enabled', async () => {
  await using world = await openEventApi()
  await using _worker = world.work()
  await using receiver = await startReceiver({ secrets: [] })
  const { id } = await newEndpoint(world, receiver.url, { events: ['payment.*'] })
  const path = `/v1/webhook-endpoints/${id}`
  await world.append('pay_1')
  await receiver.until(1)
  const enable = (enabled: boolean) => world.ask(path, { method: 'PATCH', body: { enabled } })
  await enable(false)
  const missed = await world.append('pay_2')
  await world.append('wal_1', {}, { type: 'wallet.created' })
  const filter = { type: '*' }
  const resend = (body: object) => world.ask(`${path}/resends`, { body })
  assert.equal(await resend(filter), '409 endpoint_disabled')
  const again = { body: { endpoint_id: id } }
  assert.equal(
    await world.ask(`/v1/events/${missed.eventId}/resend`, again),
    '409 endpoint_disabled',
  )
  await enable(true)
  assert.equal(await resend({}), '400 invalid_request')
  assert.equal(await resend({ from: 'yesterday' }), '400 invalid_request')
  const started = await resend(filter)
  await receiver.until(2)
  assert.deepEqual(
    receiver.received.map((message) => message.objectId),
    ['pay_1', 'pay_2'],
  )
  const resendId = String(at(started, 'id'))
  const ended = await world.ask(`${path}/resends/${resendId}/cancel`, { method: 'POST' })
  assert.deepEqual(
    ['status', 'queued', 'left'].map((name) => at(ended, name)),
    ['completed', 1, 0],
  )
  assert.deepEqual(list(await world.ask(`${path}/resends`)), [ended])
  assert.deepEqual(await world.ask(`${path}/resends/${resendId}`), ended)
  assert.equal(await world.ask(`${path}/resends/rsd_none`), '404 resend_unknown')
})
