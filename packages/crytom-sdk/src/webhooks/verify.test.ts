import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventBody, newSecret, standardHeaders } from '../../test/signed-webhook.ts'
import { verifyWebhook } from './verify.ts'

const NOW = Date.UTC(2026, 1, 25, 12)
const secret = newSecret()
const body = eventBody()
const headers = standardHeaders(secret, body, new Date(NOW))

/** Seen to fail when the id was left out of what is signed. */
test('what the public library of Standard Webhooks signs is believed', () => {
  fc.assert(
    fc.property(fc.object(), fc.uint8Array({ minLength: 24, maxLength: 64 }), (data, key) => {
      const text = eventBody({ data })
      const own = `whsec_${Buffer.from(key).toString('base64')}`
      const message = { body: text, headers: standardHeaders(own, text, new Date(NOW)), now: NOW }
      assert.equal(verifyWebhook({ ...message, secret: own }).id, 'evt_1')
      assert.equal(verifyWebhook({ ...message, body: Buffer.from(text), secret: own }).sequence, 3)
      assert.throws(() => verifyWebhook({ ...message, secret }), REFUSED)
    }),
  )
})

const REFUSED = { code: 'webhook_signature_invalid', name: 'CrytomWebhookError' }

/** Seen to fail when only the beginning of a signature was compared. */
test('one changed byte, anywhere in the body or the signed headers, is not believed', () => {
  const place = fc.nat(body.length - 1)
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(body)
      changed[at] = (changed[at] ?? 0) ^ flip
      assert.throws(() => verifyWebhook({ body: changed, headers, secret, now: NOW }), REFUSED)
    }),
  )
  const later = String(NOW / 1_000 + 1)
  for (const more of [{ 'webhook-id': 'evt_2' }, { 'webhook-timestamp': later }]) {
    const message = { body, headers: { ...headers, ...more }, secret, now: NOW }
    assert.throws(() => verifyWebhook(message), REFUSED)
  }
})

test('a message counts for five minutes either way, unless another time is given', () => {
  const at = (now: number, toleranceMs?: number) => () =>
    verifyWebhook({ body, headers, secret, now, toleranceMs })
  const late = { code: 'webhook_timestamp_out_of_window' }
  assert.doesNotThrow(at(NOW + 300_000))
  assert.doesNotThrow(at(NOW - 300_000))
  assert.throws(at(NOW + 300_001), late)
  assert.throws(at(NOW - 300_001), late)
  assert.throws(at(NOW + 2_000, 1_000), late)
})

test('during a rotation either secret is enough, on both sides', () => {
  const next = newSecret()
  const both = { ...headers }
  both['webhook-signature'] += ` ${standardHeaders(next, body, new Date(NOW))['webhook-signature']}`
  for (const own of [secret, next, [next, secret]]) {
    assert.doesNotThrow(() => verifyWebhook({ body, headers: both, secret: own, now: NOW }))
  }
  const message = { body, headers, secret: [next, secret], now: NOW }
  assert.doesNotThrow(() => verifyWebhook(message))
})

/** Seen to fail when a secret's signature was taken for a key's. */
test('an ed25519 signature is believed by its public key, and by nothing else', () => {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = ({ publicKey: key }: typeof pair): string =>
    `whpk_${key.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')}`
  const signed = Buffer.from(`evt_1.${NOW / 1_000}.${body}`)
  const signature = `v1a,${sign(null, signed, pair.privateKey).toString('base64')}`
  const own = { ...headers, 'webhook-signature': signature }
  const verifyBy = (key: string) => () =>
    verifyWebhook({ body, headers: own, secret: key, now: NOW })
  assert.doesNotThrow(verifyBy(publicKey(pair)))
  assert.throws(verifyBy(publicKey(generateKeyPairSync('ed25519'))), REFUSED)
  assert.throws(verifyBy(secret), REFUSED)
  const key = publicKey(pair)
  assert.throws(() => verifyWebhook({ body, headers, secret: key, now: NOW }), REFUSED)
})

test('X-Crytom-Signature alone is believed too, for the path that it was made for', () => {
  const hmac = createHmac('sha256', secret).update(`${NOW}POST/hooks${body}`).digest('hex')
  const own = { 'X-Crytom-Timestamp': String(NOW), 'X-Crytom-Signature': hmac }
  const message = { body, headers: own, secret, now: NOW }
  assert.equal(verifyWebhook({ ...message, path: '/hooks' }).event, 'payout.completed')
  assert.throws(() => verifyWebhook({ ...message, path: '/other' }), REFUSED)
  assert.throws(() => verifyWebhook(message), { code: 'webhook_signature_missing' })
})

test('headers are read from fetch, from Node, and however they are written', () => {
  for (const given of [new Headers(headers), new Map(Object.entries(headers)), headers]) {
    const read = given instanceof Map ? { get: (name: string) => given.get(name) ?? null } : given
    assert.doesNotThrow(() => verifyWebhook({ body, headers: read, secret, now: NOW }))
  }
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  )
  assert.doesNotThrow(() => verifyWebhook({ body, headers: upper, secret, now: NOW }))
  const missing = { code: 'webhook_signature_missing' }
  const twice = { ...headers, 'Webhook-Id': 'evt_2' }
  assert.throws(() => verifyWebhook({ body, headers: twice, secret, now: NOW }), missing)
  assert.throws(() => verifyWebhook({ body, headers: {}, secret, now: NOW }), missing)
})

/** Seen to fail when an empty secret was taken: anybody could then sign. */
test('a secret that is none is the caller’s mistake, and believed of nobody', () => {
  const short = `whsec_${Buffer.from('short').toString('base64')}`
  for (const one of ['', 'whsec_', short, 'whpk_abc', [], [secret, '']]) {
    const message = { body, headers, secret: one, now: NOW }
    assert.throws(() => verifyWebhook(message), { code: 'webhook_secret_invalid' })
  }
  const parsed = { body: JSON.parse(body), headers, secret, now: NOW }
  assert.throws(() => verifyWebhook(parsed), { code: 'webhook_body_parsed' })
})

test('an event’s amounts come with their exact text', () => {
  const text = eventBody().replace('"net_amount":1', '"net_amount":1498.500000000000000001')
  const message = { body: text, headers: standardHeaders(secret, text, new Date(NOW)), now: NOW }
  const event = verifyWebhook({ ...message, secret })
  assert.ok(event.event === 'payout.completed')
  assert.equal(event.data.net_amount, 1498.5)
  assert.equal(event.data.net_amount_exact, '1498.500000000000000001')
})

test('what is signed and no event is refused', () => {
  for (const text of ['', 'null', '[]', '{"id":1}', '{', '"evt"']) {
    const message = { body: text, headers: standardHeaders(secret, text, new Date(NOW)), now: NOW }
    const expected = { code: 'webhook_body_unreadable' }
    assert.throws(() => verifyWebhook({ ...message, secret }), expected, text)
  }
})
