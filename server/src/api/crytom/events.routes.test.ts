import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from '../../../test/api.ts'
import { at, list, openEventApi } from '../../../test/event-api.ts'
import { startReceiver } from '../../../test/webhook-receiver.ts'
import { exactNumber } from '../../money/json-number.ts'

test('the log is read to its end page by page, with the numbers that were written', async () => {
  await using world = await openEventApi()
  const rate = exactNumber('0.10000000000000000000000001')
  await world.append('pay_1', { id: 'pay_1', rate })
  await world.append('pay_2')
  await world.append('pay_1', { id: 'pay_1', rate })
  const seen: unknown[] = []
  let after = ''
  for (;;) {
    const page = list(await world.ask(`/v1/events?limit=2${after}`))
    if (page.length === 0) break
    seen.push(...page.map((event) => [at(event, 'object_id'), at(event, 'sequence')]))
    after = `&after=${String(at(page.at(-1), 'id'))}`
  }
  assert.deepEqual(seen, [
    ['pay_1', 1],
    ['pay_2', 1],
    ['pay_1', 2],
  ])
  const { text } = await world.api.call('/v1/events?object_id=pay_1&type=payment.*')
  assert.equal(text.split('"rate":0.10000000000000000000000001').length, 3)
})

test('an endpoint is added, told, listed without its secret, rotated and deleted', async () => {
  await using world = await openEventApi()
  const secrets: string[] = []
  await using receiver = await startReceiver({ secrets })
  const body = { url: receiver.url, events: ['payment.*'] }
  const added = await world.ask('/v1/webhook-endpoints', { body })
  secrets.push(String(at(added, 'secret')))
  const id = String(at(added, 'id'))
  const { eventId } = await world.append('pay_1')
  await world.ask('/v1/events')
  await world.deliver()
  assert.deepEqual(receiver.received[0]?.signed, { crytom: true, standard: true })
  const told = await world.ask(`/v1/events/${eventId}`)
  assert.equal(at(told, 'deliveries', 0, 'target'), id)
  assert.equal(at(told, 'deliveries', 0, 'status'), 'delivered')
  assert.equal(at(told, 'deliveries', 0, 'attempts', 0, 'status_code'), 200)
  const { created_at: createdAt, ...shown } = Object(
    at(await world.ask('/v1/webhook-endpoints'), 0),
  )
  assert.match(String(createdAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.partialDeepStrictEqual(shown, {
    ...{ id, ...body, own_secret: true, description: '', status: 'enabled' },
    ...{ disabled_reason: null, disabled_at: null, failing_since: null },
    retry_after_seconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
  })
  const method = 'POST'
  const rotated = await world.ask(`/v1/webhook-endpoints/${id}/rotate-secret`, { method })
  assert.match(String(at(rotated, 'secret')), /^whsec_/)
  assert.ok(!secrets.includes(String(at(rotated, 'secret'))))
  assert.deepEqual(await world.ask(`/v1/webhook-endpoints/${id}`, { method: 'DELETE' }), {
    id,
    deleted: true,
  })
  assert.deepEqual(await world.ask('/v1/webhook-endpoints'), [])
})

test('an event is sent again to one endpoint, or to whoever would be told of it now', async () => {
  await using world = await openEventApi()
  await using receiver = await startReceiver({ secrets: [] })
  const { eventId } = await world.append('pay_1')
  await world.ask('/v1/events')
  const body = { url: receiver.url, events: ['invoice.confirmed'], own_secret: false }
  const id = String(at(await world.ask('/v1/webhook-endpoints', { body }), 'id'))
  const resend = (how: object) => world.ask(`/v1/events/${eventId}/resend`, { body: how })
  assert.deepEqual(await resend({}), { id: eventId, targets: [] })
  assert.deepEqual(await resend({ endpoint_id: id }), { id: eventId, targets: [id] })
  await world.deliver()
  assert.deepEqual(
    receiver.received.map((message) => message.id),
    [eventId],
  )
  assert.equal(await resend({ endpoint_id: 'whe_nobody' }), '404 endpoint_unknown')
})

test('what cannot be an endpoint is refused with its reason', async () => {
  await using world = await openEventApi()
  const add = (url: string, more: object = {}) =>
    world.ask('/v1/webhook-endpoints', { body: { url, ...more } })
  assert.equal(await add('http://10.0.0.1/hook'), '400 url_refused')
  assert.equal(await add('ftp://shop.example/hook'), '400 url_refused')
  assert.equal(await add('http://127.0.0.1/', { events: ['pay*'] }), '400 invalid_request')
  assert.equal(await add('http://127.0.0.1/', { events: ['payment.paid'] }), '400 invalid_request')
  assert.equal(await add('http://127.0.0.1/', { events: [] }), '400 invalid_request')
  for (let index = 0; index < 20; index += 1) await add(`http://127.0.0.1:8080/${index}`)
  assert.equal(await add('http://127.0.0.1:8080/0'), '409 endpoint_exists')
  assert.equal(await add('http://127.0.0.1:8080/20'), '409 too_many_endpoints')
  const live = world.api.as(world.api.secretKeys.live)
  const body = { url: 'http://127.0.0.1:8080/' }
  assert.equal((await live('/v1/webhook-endpoints', { body })).status, 400)
})

test('another book sees neither the events nor the endpoints of this one', async () => {
  await using world = await openEventApi()
  const { eventId } = await world.append('pay_1')
  const body = { url: 'http://127.0.0.1:8080/' }
  const id = String(at(await world.ask('/v1/webhook-endpoints', { body }), 'id'))
  const live = world.api.as(world.api.secretKeys.live)
  const status = async (target: string, call?: Call) => (await live(target, call)).status
  assert.deepEqual(at((await live('/v1/events')).json, 'data'), [])
  assert.deepEqual(at((await live('/v1/webhook-endpoints')).json, 'data'), [])
  assert.equal(await status(`/v1/events/${eventId}`), 404)
  assert.equal(await status(`/v1/events?after=${eventId}`), 400)
  assert.equal(await status(`/v1/events/${eventId}/resend`, { body: {} }), 404)
  assert.equal(await status(`/v1/webhook-endpoints/${id}`, { method: 'DELETE' }), 404)
  const rotate = `/v1/webhook-endpoints/${id}/rotate-secret`
  assert.equal(await status(rotate, { method: 'POST' }), 404)
  assert.equal(list(await world.ask('/v1/webhook-endpoints')).length, 1)
})
