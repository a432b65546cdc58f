import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { eventWorld } from '../../test/event-world.ts'
import { startReceiver, type Received } from '../../test/webhook-receiver.ts'
import { inDbTx } from '../shell/db.ts'
import { rotateWebhookSecret } from '../tenancy/webhook-secret.action.ts'
import { RETRY_OFFSETS_MS } from './delivery.ts'
import { removeEndpoint, rotateSecret } from './endpoints.action.ts'
import { readEvent, resendEvent } from './events.action.ts'

const brief = (message: Received) => ({
  event: message.event,
  objectId: message.objectId,
  sequence: message.sequence,
  signed: message.signed,
})

const both = { crytom: true, standard: true }

test('an event reaches the endpoints that want it, signed in both forms with the secret of each', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const ownSecrets: string[] = []
  await using all = await startReceiver({ secrets: [world.secret] })
  await using own = await startReceiver({ secrets: ownSecrets })
  await world.listen(`${all.url}?shop=1`)
  const { secret = '' } = await world.listen(own.url, {
    events: ['wallet.*'],
    hasOwnSecret: true,
  })
  ownSecrets.push(secret)
  await world.append('pay_1', { type: 'payment.created' })
  await world.append('wal_1', { type: 'wallet.deposit.completed' })
  await world.append('pay_1', { type: 'payment.confirmed' })
  await world.settle()
  assert.deepEqual(
    all.received.map(brief).sort((a, b) => a.event.localeCompare(b.event)),
    [
      { event: 'payment.confirmed', objectId: 'pay_1', sequence: 2, signed: both },
      { event: 'payment.created', objectId: 'pay_1', sequence: 1, signed: both },
      { event: 'wallet.deposit.completed', objectId: 'wal_1', sequence: 1, signed: both },
    ],
  )
  assert.equal(all.received[0]?.path, '/hook?shop=1')
  assert.deepEqual(all.received[0]?.data, { id: all.received[0]?.objectId })
  assert.deepEqual(own.received.map(brief), [
    { event: 'wallet.deposit.completed', objectId: 'wal_1', sequence: 1, signed: both },
  ])
})

test('the callback URL of an object is told of that object, under the secret of the book', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret] })
  await world.append('pay_1', { callbackUrl: receiver.url })
  await world.append('pay_2')
  await world.settle()
  assert.deepEqual(receiver.received.map(brief), [
    { event: 'payment.confirmed', objectId: 'pay_1', sequence: 1, signed: both },
  ])
})

/** Seen to fail with retries due by the machine's clock: the sandbox's was moved, not that. */
test('what is refused is sent again as the clock of the book goes on, ten times in all', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => 500 })
  await world.listen(receiver.url)
  const { eventId } = await world.append('pay_1')
  await world.settle()
  const counts = [receiver.received.length]
  let before = 0
  for (const offset of RETRY_OFFSETS_MS) {
    // Not due shortly before its time; due a moment after it (the attempts take their time too).
    await world.advance(offset - before - 4_000)
    await world.settle()
    counts.push(receiver.received.length)
    await world.advance(4_000)
    await world.settle()
    counts.push(receiver.received.length)
    before = offset
  }
  assert.deepEqual(counts, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10])
  assert.equal(new Set(receiver.received.map((one) => one.id)).size, 1)
  const { deliveries } = await readEvent(world.ctx, world.book, eventId)
  assert.equal(deliveries[0]?.state, 'failed')
  assert.deepEqual(
    deliveries[0]?.attempts.map(({ attempt, status, failure }) => [attempt, status, failure]),
    Array.from({ length: 10 }, (_one, index) => [index + 1, 500, undefined]),
  )
})

test('an event that was given up or acknowledged can be sent again, with a new schedule', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  let status = 500
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => status })
  const { endpoint } = await world.listen(receiver.url, { events: ['payout.*'] })
  const { eventId } = await world.append('pay_1', { callbackUrl: receiver.url })
  for (let round = 0; round < 10; round += 1) {
    await world.settle()
    await world.advance(24 * 3_600_000)
  }
  const detail = () => readEvent(world.ctx, world.book, eventId)
  assert.equal((await detail()).deliveries[0]?.state, 'failed')
  status = 200
  const { book } = world
  const again = (endpointId?: string) =>
    inDbTx(world.ctx, (dbTx) => resendEvent(world.ctx, dbTx, { book, eventId, endpointId }))
  assert.deepEqual(await again(), ['callback'])
  await world.settle()
  assert.deepEqual(await again(endpoint.endpointId), [endpoint.endpointId])
  await world.settle()
  const { deliveries } = await detail()
  assert.deepEqual(
    deliveries.map(({ target, state, attempts }) => [target, state, attempts.length]),
    [
      ['callback', 'delivered', 11],
      [endpoint.endpointId, 'delivered', 1],
    ],
  )
})

test('during a rotation both secrets sign, and a day later only the new one', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const secrets: string[] = []
  await using receiver = await startReceiver({ secrets })
  const { endpoint, secret: first = '' } = await world.listen(receiver.url, { hasOwnSecret: true })
  const { book } = world
  const { endpointId } = endpoint
  const second = await inDbTx(world.ctx, (dbTx) =>
    rotateSecret(world.ctx, dbTx, { book, endpointId }),
  )
  const signedFor = async (...known: string[]): Promise<Received['signed'] | undefined> => {
    secrets.splice(0, 2, ...known)
    await world.append('pay_1')
    await world.settle()
    return receiver.received.at(-1)?.signed
  }
  assert.deepEqual(await signedFor(first), { crytom: false, standard: true })
  assert.deepEqual(await signedFor(second), both)
  await database.db.query("update webhook_endpoint set before_retires_at = now() - interval '1 s'")
  assert.deepEqual(await signedFor(first), { crytom: false, standard: false })
  assert.deepEqual(await signedFor(second), both)
})

/** Seen to fail with the time of a day whatever is asked for. */
test('a secret that others may know signs nothing more as soon as it is replaced', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const secrets: string[] = []
  await using receiver = await startReceiver({ secrets })
  const { endpoint, secret = '' } = await world.listen(receiver.url, { hasOwnSecret: true })
  secrets.push(secret)
  const of = { book: world.book, endpointId: endpoint.endpointId, overlapMs: 0 }
  await inDbTx(world.ctx, (dbTx) => rotateSecret(world.ctx, dbTx, of))
  await world.append('pay_1')
  await world.settle()
  assert.deepEqual(receiver.received[0]?.signed, { crytom: false, standard: false })
})

test("the book's own secret is rotated in the same way", async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret] })
  await world.listen(receiver.url)
  await rotateWebhookSecret(world.ctx, world.book.bookId)
  await world.append('pay_1')
  await world.settle()
  assert.deepEqual(receiver.received[0]?.signed, { crytom: false, standard: true })
})

test('nothing more is sent to an endpoint that was deleted', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret], reply: () => 503 })
  const { endpoint } = await world.listen(receiver.url)
  const { eventId } = await world.append('pay_1')
  await world.settle()
  const { book } = world
  const { endpointId } = endpoint
  await inDbTx(world.ctx, (dbTx) => removeEndpoint(world.ctx, dbTx, { book, endpointId }))
  await world.advance(24 * 3_600_000)
  await world.append('pay_1')
  await world.settle()
  assert.equal(receiver.received.length, 1)
  const { deliveries } = await readEvent(world.ctx, world.book, eventId)
  assert.equal(deliveries[0]?.state, 'canceled')
})

/** Seen to fail with the answer stored as it came: PostgreSQL has no zero byte in a text. */
test('whatever a receiver answers is kept, as far as it fits, beside the attempt', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  const page = Buffer.concat([Buffer.from('oops \0 '), Buffer.alloc(3_000, 0xff)])
  await using receiver = await startReceiver({
    secrets: [world.secret],
    reply: () => (response) => response.writeHead(418).end(page),
  })
  await world.listen(receiver.url)
  const { eventId } = await world.append('pay_1')
  await world.settle()
  const { deliveries } = await readEvent(world.ctx, world.book, eventId)
  const [attempt] = deliveries[0]?.attempts ?? []
  assert.equal(attempt?.status, 418)
  assert.equal(attempt?.answerHead?.slice(0, 9), 'oops \uFFFD \uFFFD\uFFFD')
  assert.equal(attempt?.answerHead?.length, 1_024)
})

test('a live book sends nothing to this machine, and says so beside the attempt', async () => {
  await using database = await testDatabase()
  const world = await eventWorld(database.db)
  await using receiver = await startReceiver({ secrets: [world.secret] })
  await database.db.query(
    `insert into webhook_endpoint (book_id, endpoint_id, url, events, created_at)
     values ($1, 'whe_old', $2, '{*}', now())`,
    [world.live.bookId, receiver.url.replace('http:', 'https:')],
  )
  const { eventId } = await world.inBook(world.live).append('pay_1')
  await world.settle()
  const { deliveries } = await readEvent(world.ctx, world.live, eventId)
  assert.deepEqual(
    deliveries[0]?.attempts.map((one) => one.failure),
    ['refused'],
  )
  assert.equal(receiver.received.length, 0)
})
