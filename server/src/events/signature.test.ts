import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { signatureHeaders } from './signature.ts'

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`
const anySecret = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf)
const anyBody = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .map((text) => JSON.stringify({ text }))

const standardHeaders = (headers: Readonly<Record<string, string>>) => ({
  'webhook-id': headers['webhook-id'] ?? '',
  'webhook-timestamp': headers['webhook-timestamp'] ?? '',
  'webhook-signature': headers['webhook-signature'] ?? '',
})

/** Seen to fail with the key of each form exchanged for the other's, and with the id left out. */
test('the public Standard Webhooks library accepts what we sign, with either live secret', () => {
  fc.assert(
    fc.property(anySecret, anySecret, anyBody, (current, before, body) => {
      fc.pre(current !== before)
      const signed = signatureHeaders({
        id: 'evt_1',
        path: '/hook',
        body,
        secrets: [current, before],
        now: Date.now(),
      })
      const headers = standardHeaders(signed)
      new Webhook(current).verify(body, headers)
      new Webhook(before).verify(body, headers)
      const other = new Webhook(secretOf(new Uint8Array(32).fill(1)))
      assert.throws(() => other.verify(body, headers))
      assert.throws(() => new Webhook(current).verify(`${body} `, headers))
      const elsewhere = { ...headers, 'webhook-id': 'evt_2' }
      assert.throws(() => new Webhook(current).verify(body, elsewhere))
    }),
    { numRuns: 50 },
  )
})

/** Seen to fail with the path left out of the text, and with `webhook-timestamp` used in it. */
test('the v1 signature is HMAC-SHA256 of timestamp, POST, path and body under the secret text', () => {
  const now = 1_771_977_600_123
  const body = '{"event":"payment.confirmed"}'
  const secrets = ['whsec_c2VjcmV0', 'whsec_b2xk']
  const headers = signatureHeaders({ id: 'evt_1', path: '/a/hook', body, secrets, now })
  const hmac = createHmac('sha256', Buffer.from('whsec_c2VjcmV0', 'utf8'))
  hmac.update('1771977600123POST/a/hook{"event":"payment.confirmed"}')
  assert.equal(headers['x-crytom-timestamp'], '1771977600123')
  assert.equal(headers['x-crytom-signature'], hmac.digest('hex'))
  assert.equal(headers['webhook-timestamp'], '1771977600')
})

test('the check that the guide gives to receivers accepts our messages and no others', async () => {
  const guide = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
  const [, code = ''] = /```js\n(.*?)```/s.exec(guide) ?? []
  const { isFromCoffer } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  const now = Date.now()
  const message = { id: 'evt_1', path: '/hook', body: '{"n":1}', secrets: ['whsec_c2VjcmV0'], now }
  const headers = signatureHeaders(message)
  const given = { headers, path: '/hook', body: '{"n":1}', secret: 'whsec_c2VjcmV0', now }
  assert.equal(isFromCoffer(given), true)
  assert.equal(isFromCoffer({ ...given, body: '{"n":2}' }), false)
  assert.equal(isFromCoffer({ ...given, path: '/other' }), false)
  assert.equal(isFromCoffer({ ...given, secret: 'whsec_b2xk' }), false)
  assert.equal(isFromCoffer({ ...given, now: now + 300_001 }), false)
  assert.equal(isFromCoffer({ ...given, headers: {} }), false)
})
