import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ed25519 } from '@noble/curves/ed25519.js'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { startReceiver, type Received } from '../../test/webhook-receiver.ts'
import { isError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import { changeEndpoint } from './change-endpoint.action.ts'
import { rotateSecret } from './endpoints.action.ts'
import { rotateWebhookKey, signingKeys, webhookKeys } from './webhook-keys.action.ts'
import { jwkOf, keyView } from './webhook-key.ts'

const BY_KEYS = { signature: 'ed25519' } as const

/** The public keys of a book as a shop copies them: `whpk_…`. */
const published = async ({ ctx, db }: EventWorld, { bookId }: Book): Promise<readonly string[]> =>
  (await webhookKeys(ctx, db, bookId)).map((key) => keyView(key).public_key)

const rotate = (
  { ctx, book }: EventWorld,
  before: Parameters<typeof rotateWebhookKey>[2]['before'],
) => inDbTx(ctx, (dbTx) => rotateWebhookKey(ctx, dbTx, { book, before }))

const signaturesOf = ({ headers }: Received): readonly string[] =>
  String(headers['webhook-signature']).split(' ')

const textOf = ({ headers, body }: Received): Buffer =>
  Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)

/** Which signatures of a message a public key accepts, by a library that is not what signs. */
const acceptedBy = (message: Received, publicKey: string): readonly boolean[] =>
  signaturesOf(message)
    .filter((one) => one.startsWith('v1a,'))
    .map((one) => {
      const key = Buffer.from(publicKey.slice('whpk_'.length), 'base64')
      return ed25519.verify(Buffer.from(one.slice(4), 'base64'), textOf(message), key)
    })

async function open(t: AsyncDisposableStack) {
  const database = t.use(await testDatabase())
  const world = await eventWorld(database.db)
  const receiver = t.use(await startReceiver({ secrets: [world.secret] }))
  const next = async (objectId = 'pay_1', callbackUrl?: string): Promise<Received> => {
    const before = receiver.received.length
    await world.append(objectId, callbackUrl === undefined ? {} : { callbackUrl })
    await world.settle()
    const message = receiver.received[before]
    assert.ok(message !== undefined)
    return message
  }
  return { world, receiver, next }
}

/** Seen to fail with the event's id left out of the text, and with the timestamp in ms. */
test('an endpoint that wants it gets messages that the public key of its book alone proves', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  const { secret, endpoint } = await world.listen(receiver.url, { ...BY_KEYS, hasOwnSecret: true })
  assert.equal(secret, undefined)
  assert.equal(endpoint.hasOwnSecret, false)
  const message = await next()
  const [publicKey = '', ...others] = await published(world, world.book)
  assert.deepEqual(others, [])
  assert.deepEqual(acceptedBy(message, publicKey), [true])
  assert.deepEqual(acceptedBy({ ...message, body: `${message.body} ` }, publicKey), [false])
  const headers = { ...message.headers, 'webhook-id': 'evt_2' }
  assert.deepEqual(acceptedBy({ ...message, headers }, publicKey), [false])
  // Nothing in it is made with a secret that the receiver would have to keep.
  assert.equal(signaturesOf(message).length, 1)
  assert.equal(message.headers['x-crytom-signature'], undefined)
})

test('the key as a JSON Web Key proves the same message to the web’s own cryptography', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  const message = await next()
  const [key] = await webhookKeys(world.ctx, world.db, world.book.bookId)
  assert.ok(key !== undefined)
  const { subtle } = webcrypto
  const imported = await subtle.importKey('jwk', jwkOf(key), 'Ed25519', false, ['verify'])
  const [signature = ''] = signaturesOf(message)
  const bytes = Buffer.from(signature.slice(4), 'base64')
  assert.equal(await subtle.verify('Ed25519', imported, bytes, textOf(message)), true)
})

/** Seen to fail with one key for all books. */
test('what one book is sent is worth nothing at a receiver of another', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  await inDbTx(world.ctx, (dbTx) =>
    rotateWebhookKey(world.ctx, dbTx, { book: world.live, before: 'signs a day longer' }),
  )
  const message = await next()
  const [other = ''] = await published(world, world.live)
  assert.deepEqual(acceptedBy(message, other), [false])
})

/** Seen to fail with a purpose of the seal that leaves the book out. */
test('a private key that somebody puts into the row of another book opens nowhere', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  await world.db.query(
    `insert into webhook_key select $2, key_id, public_key, sealed_private_key, created_at
     from webhook_key where book_id = $1`,
    [world.book.bookId, world.live.bookId],
  )
  assert.equal((await signingKeys(world.ctx, world.db, world.book.bookId)).length, 1)
  await assert.rejects(signingKeys(world.ctx, world.db, world.live.bookId), (error) =>
    isError(error, 'shell.seal_broken'),
  )
})

/** Seen to fail with the key before deleted at once, and with a retired one that still signs. */
test('for a day the key before signs beside the new one, and then no more', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  const [first = ''] = await published(world, world.book)
  await rotate(world, 'signs a day longer')
  const [second = '', before] = await published(world, world.book)
  assert.equal(before, first)
  assert.notEqual(second, first)
  const during = await next()
  assert.deepEqual(acceptedBy(during, first), [false, true])
  assert.deepEqual(acceptedBy(during, second), [true, false])
  await world.db.query(
    "update webhook_key set retires_at = now() - interval '1 s' where retires_at is not null",
  )
  assert.deepEqual(await published(world, world.book), [second])
  assert.deepEqual(acceptedBy(await next(), second), [true])
})

test('a key that got into other hands signs nothing more from the moment it is replaced', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  const [first = ''] = await published(world, world.book)
  await rotate(world, 'is gone at once')
  const [second = '', ...others] = await published(world, world.book)
  assert.deepEqual(others, [])
  const message = await next()
  assert.deepEqual(acceptedBy(message, first), [false])
  assert.deepEqual(acceptedBy(message, second), [true])
  const left = await world.db.query('select 1 as one from webhook_key')
  assert.equal(left.length, 1)
})

test('a callback is signed both ways once its book has a key, and by secret before that', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  const before = await next('pay_1', receiver.url)
  assert.deepEqual(before.signed, { crytom: true, standard: true })
  assert.equal(signaturesOf(before).length, 1)
  await rotate(world, 'signs a day longer')
  const [publicKey = ''] = await published(world, world.book)
  const after = await next('pay_2', receiver.url)
  assert.deepEqual(after.signed, { crytom: true, standard: true })
  assert.deepEqual(acceptedBy(after, publicKey), [true])
})

test('an endpoint can go over to keys and back; its secret waits, and is not rotated meanwhile', async () => {
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  const { ctx, book } = world
  const { endpoint } = await world.listen(receiver.url)
  const { endpointId } = endpoint
  const change = (signature: 'hmac' | 'ed25519') =>
    inDbTx(ctx, (dbTx) => changeEndpoint(ctx, dbTx, { book, endpointId, change: { signature } }))
  await change('ed25519')
  const [publicKey = ''] = await published(world, book)
  assert.deepEqual(acceptedBy(await next(), publicKey), [true])
  await assert.rejects(
    inDbTx(ctx, (dbTx) => rotateSecret(ctx, dbTx, { book, endpointId })),
    (error) => isError(error, 'events.signed_by_key'),
  )
  await change('hmac')
  assert.deepEqual((await next('pay_2')).signed, { crytom: true, standard: true })
})

test('the check that the guide gives to receivers accepts what our keys sign and nothing else', async () => {
  const guide = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
  const code = [...guide.matchAll(/```js\n(.*?)```/gs)].map(([, text = '']) => text)
  const [wanted = ''] = code.filter((text) => text.includes('isSignedByCoffer'))
  const { isSignedByCoffer } = await import(`data:text/javascript,${encodeURIComponent(wanted)}`)
  await using stack = new AsyncDisposableStack()
  const { world, receiver, next } = await open(stack)
  await world.listen(receiver.url, BY_KEYS)
  const { headers, body } = await next()
  const keys = (await webhookKeys(world.ctx, world.db, world.book.bookId)).map(jwkOf)
  const given = { headers, body, keys }
  assert.equal(isSignedByCoffer(given), true)
  assert.equal(isSignedByCoffer({ ...given, body: `${body} ` }), false)
  assert.equal(isSignedByCoffer({ ...given, keys: [] }), false)
  assert.equal(isSignedByCoffer({ ...given, now: Date.now() + 302_000 }), false)
  assert.equal(isSignedByCoffer({ ...given, headers: {} }), false)
  await rotate(world, 'is gone at once')
  const others = (await webhookKeys(world.ctx, world.db, world.book.bookId)).map(jwkOf)
  assert.equal(isSignedByCoffer({ ...given, keys: others }), false)
  assert.equal(isSignedByCoffer({ ...given, keys: [...others, ...keys] }), true)
})
