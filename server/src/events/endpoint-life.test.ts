import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { startReceiver } from '../../test/webhook-receiver.ts'
import { inDbTx } from '../shell/db.ts'
import { MAIL_PURPOSE } from '../shell/mail/queue-mail.action.ts'
import { changeEndpoint, type EndpointChange } from './change-endpoint.action.ts'
import { findEndpoint } from './endpoints.action.ts'
import { readEvent, readLog } from './events.action.ts'

const HOUR = 3_600_000

const change = ({ ctx, book }: EventWorld, endpointId: string, wanted: EndpointChange) =>
  inDbTx(ctx, (dbTx) => changeEndpoint(ctx, dbTx, { book, endpointId, change: wanted }))

/** Lets hours go by, one at a time, with whatever falls due in each. */
async function pass(world: EventWorld, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await world.advance(HOUR)
    await world.settle()
  }
}

const types = async ({ ctx, book }: EventWorld, type: string): Promise<readonly string[]> =>
  (await readLog(ctx, book, { limit: 100, type })).map((event) => event.type)

async function mails({ ctx, db }: EventWorld): Promise<readonly string[]> {
  const rows = await db.query<{ sealed_message: Buffer }>(
    'select sealed_message from mail where sealed_message is not null',
  )
  return rows.map((row) => ctx.sealer.open(MAIL_PURPOSE, row.sealed_message))
}

/**
 * Seen to fail with the failing endpoint told of itself, with the whole URL in the mail, and with
 * what waited for the endpoint left waiting.
 */
test('an endpoint that fails for days is disabled, after a warning, and its owner is told', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using dead = await startReceiver({ secrets: [world.secret], reply: () => 500 })
  await using good = await startReceiver({ secrets: [world.secret] })
  const { endpoint } = await world.listen(`${dead.url}?token=not-for-mails`)
  await world.listen(good.url, { events: ['webhook_endpoint.*'] })
  const first = await world.append('pay_1')
  await world.settle()
  await pass(world, 23)
  assert.deepEqual(await types(world, 'webhook_endpoint.*'), [])
  await pass(world, 3)
  assert.deepEqual(await types(world, 'webhook_endpoint.*'), ['webhook_endpoint.failing'])
  assert.match((await mails(world)).join(), /has acknowledged nothing since/)
  const { failingSince = 0 } = await findEndpoint(database.db, { ...world, ...endpoint })
  const { event } = await readEvent(world.ctx, world.book, first.eventId)
  assert.ok(failingSince >= event.createdAt && failingSince < event.createdAt + HOUR)

  await pass(world, 90)
  const late = await world.append('pay_1')
  await pass(world, 20)
  const waiting = await world.append('pay_1')
  await pass(world, 5)
  const after = await world.append('pay_1')
  await world.settle()
  const { disabled } = await findEndpoint(database.db, { ...world, ...endpoint })
  assert.equal(disabled?.reason, 'failing')
  assert.ok(disabled.at - failingSince >= 5 * 24 * HOUR)
  assert.deepEqual(
    good.received.map((message) => message.event),
    ['webhook_endpoint.failing', 'webhook_endpoint.disabled'],
  )
  assert.ok(!dead.received.some((message) => message.event.startsWith('webhook_endpoint')))
  const mail = (await mails(world)).join()
  assert.match(mail, new RegExp(`${endpoint.endpointId}/resends`))
  assert.ok(!mail.includes('not-for-mails'))
  const stateOf = async ({ eventId }: typeof late) =>
    (await readEvent(world.ctx, world.book, eventId)).deliveries.map((one) => one.state)
  assert.deepEqual(await stateOf(late), ['failed'])
  assert.deepEqual(await stateOf(waiting), ['canceled'])
  assert.deepEqual(await stateOf(after), [])
})

/** Seen to fail with the health of before kept when the URL is another. */
test('an endpoint that is enabled again, or moved, is not held to how it failed before', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  let status = 500
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => status })
  const { endpoint } = await world.listen(receiver.url)
  const { endpointId } = endpoint
  await world.append('pay_1')
  await pass(world, 5 * 24)
  const moved = await change(world, endpointId, { url: `${receiver.url}/new` })
  assert.equal(moved.failingSince, undefined)
  await world.append('pay_1')
  await pass(world, 26)
  assert.equal((await findEndpoint(database.db, { ...world, endpointId })).disabled, undefined)
  await pass(world, 4 * 24)
  await world.append('pay_1')
  await pass(world, 26)
  const off = await findEndpoint(database.db, { ...world, endpointId })
  assert.equal(off.disabled?.reason, 'failing')
  status = 200
  const on = await change(world, endpointId, { enabled: true })
  assert.deepEqual([on.disabled, on.failingSince], [undefined, undefined])
  const before = receiver.received.length
  await world.append('pay_2')
  await world.settle()
  assert.deepEqual(
    receiver.received.slice(before).map(({ objectId, path }) => [objectId, path]),
    [['pay_2', '/hook/new']],
  )
})

/** Seen to fail with what waited left due: it was sent as soon as the endpoint was enabled. */
test('nothing is sent to an endpoint that somebody disabled, nor afterwards what waited', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  let status = 500
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => status })
  const { endpoint } = await world.listen(receiver.url)
  await world.append('pay_1')
  await world.settle()
  status = 200
  await change(world, endpoint.endpointId, { enabled: false })
  await world.append('pay_2')
  await world.settle()
  await change(world, endpoint.endpointId, { enabled: true })
  await world.append('pay_3')
  await pass(world, 26)
  assert.deepEqual(
    receiver.received.map((message) => message.objectId),
    ['pay_1', 'pay_3'],
  )
  assert.deepEqual(await types(world, 'webhook_endpoint.*'), [
    'webhook_endpoint.disabled',
    'webhook_endpoint.enabled',
  ])
  assert.deepEqual(await mails(world), [])
})

test('an endpoint that works again is told of at the others', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  let status = 500
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => status })
  await world.listen(receiver.url)
  await world.append('pay_1')
  await world.settle()
  await pass(world, 26)
  status = 204
  await world.append('pay_1')
  await world.settle()
  assert.deepEqual(await types(world, 'webhook_endpoint.*'), [
    'webhook_endpoint.failing',
    'webhook_endpoint.recovered',
  ])
})
