import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkSignature, sign } from './signing.ts'

const SECRET = 'sk_test_0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEF'
const KEY = createSecretKey(SECRET, 'utf8')
const NOW = 1_768_478_400_000

type Parts = Readonly<{ method: string; target: string; body: string }>

/** The signature as the document's own example makes it: apart from our code. */
const signText = (text: string): string =>
  createHmac('sha256', SECRET).update(text, 'utf8').digest('hex')

function check(parts: Parts, signed: string | undefined, timestamp: string | undefined): string {
  const request = { ...parts, body: Buffer.from(parts.body), timestamp, now: NOW }
  return checkSignature({ ...request, signature: signed }, KEY).kind
}

const signedAs = (parts: Parts, text: string): string =>
  check(parts, signText(`${NOW}${text}`), String(NOW))

const POST: Parts = { method: 'POST', target: '/v1/payouts', body: '{"amount":100.50}' }
const GET: Parts = { method: 'GET', target: '/v1/payments?page=2', body: '' }

test('timestamp, method, target and body are signed in that order, nothing between them', () => {
  assert.equal(signedAs(POST, 'POST/v1/payouts{"amount":100.50}'), 'verified')
  assert.equal(signedAs(GET, 'GET/v1/payments?page=2'), 'verified')
})

/** Seen to fail with any one of the four parts left out of the text. */
test('a signature fits no other method, target, body, timestamp or key', () => {
  const good = signText(`${NOW}POST/v1/payouts{"amount":100.50}`)
  assert.equal(check({ ...POST, method: 'PUT' }, good, String(NOW)), 'signature_invalid')
  assert.equal(check({ ...POST, target: '/v1/payout' }, good, String(NOW)), 'signature_invalid')
  assert.equal(
    check({ ...POST, target: '/v1/payouts?a=1' }, good, String(NOW)),
    'signature_invalid',
  )
  assert.equal(
    check({ ...POST, body: '{"amount":100.51}' }, good, String(NOW)),
    'signature_invalid',
  )
  assert.equal(check(POST, good, String(NOW + 1)), 'signature_invalid')
  const other = createHmac('sha256', `${SECRET}0`).update(`${NOW}POST/v1/payouts{"amount":100.50}`)
  assert.equal(check(POST, other.digest('hex'), String(NOW)), 'signature_invalid')
})

test('one changed byte of the body is noticed wherever it is', () => {
  const body = Buffer.from('{"amount":"250.5","currency":"USD","note":"für Ünal"}')
  const parts = { method: 'POST', target: '/v1/invoices', body }
  const signature = sign(parts, String(NOW), KEY)
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(body)
      changed[at] = (changed[at] ?? 0) ^ change
      const request = { ...parts, body: changed, timestamp: String(NOW), signature, now: NOW }
      assert.equal(checkSignature(request, KEY).kind, 'signature_invalid')
    }),
    { numRuns: 300 },
  )
})

test('whatever is signed as the document says verifies, with any bytes in it', () => {
  const anyTarget = fc.webPath().map((path) => `/v1${path}`)
  const anyMethod = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET')
  fc.assert(
    fc.property(anyMethod, anyTarget, fc.string({ unit: 'binary' }), (method, target, text) => {
      const body = method === 'GET' ? '' : text
      const request = { method, target, body }
      assert.equal(signedAs(request, `${method}${target}${body}`), 'verified')
    }),
  )
})

test('a GET may be signed without its query, a write may not', () => {
  assert.equal(signedAs(GET, 'GET/v1/payments'), 'verified')
  const write = { method: 'DELETE', target: '/v1/endpoints?all=1', body: '' }
  assert.equal(signedAs(write, 'DELETE/v1/endpoints'), 'signature_invalid')
})

test('a request without a body may be signed with {} in its place', () => {
  assert.equal(signedAs(GET, 'GET/v1/payments?page=2{}'), 'verified')
  assert.equal(signedAs(GET, 'GET/v1/payments{}'), 'verified')
  const post = { method: 'POST', target: '/v1/payouts/po_1/cancel', body: '' }
  assert.equal(signedAs(post, 'POST/v1/payouts/po_1/cancel{}'), 'verified')
})

test('a body may be signed as JSON.stringify writes it', () => {
  const spaced = { ...POST, body: '{ "amount": 100.50, "note": "a\\u00e9" }' }
  assert.equal(signedAs(spaced, 'POST/v1/payouts{"amount":100.5,"note":"aé"}'), 'verified')
  assert.equal(
    signedAs(spaced, 'POST/v1/payouts{ "amount": 100.50, "note": "a\\u00e9" }'),
    'verified',
  )
})

/** Seen to fail with the exactness of numbers not looked at. */
test('a number that a float cannot hold must be signed as it was sent', () => {
  const sent = { ...POST, body: '{"amount":250.500000000000000001}' }
  assert.equal(signedAs(sent, 'POST/v1/payouts{"amount":250.5}'), 'signature_invalid')
  assert.equal(signedAs(sent, `POST/v1/payouts${sent.body}`), 'verified')
  const inText = { ...POST, body: '{ "amount": "250.500000000000000001", "n": -1e2 }' }
  const compact = 'POST/v1/payouts{"amount":"250.500000000000000001","n":-100}'
  assert.equal(signedAs(inText, compact), 'verified')
})

/** Seen to fail with `>=` in place of `>`, and with only the past looked at. */
test('a timestamp may be off by exactly 300000 ms either way, and not by one more', () => {
  const at = (timestamp: number): string =>
    check(GET, signText(`${timestamp}GET${GET.target}`), String(timestamp))
  assert.equal(at(NOW - 300_000), 'verified')
  assert.equal(at(NOW + 300_000), 'verified')
  assert.equal(at(NOW - 300_001), 'timestamp_out_of_window')
  assert.equal(at(NOW + 300_001), 'timestamp_out_of_window')
})

test('a timestamp is 13 digits, and 10 digits are told to be seconds', () => {
  const signature = signText('anything')
  assert.equal(check(POST, signature, '1768478400'), 'timestamp_in_seconds')
  const malformed = ['', '176847840000', '17684784000000', '-768478400000', '1768478400000.0']
  const more = [' 768478400000', '1768478400000, 1768478400000', '١٧٦٨٤٧٨٤٠٠٠٠٠']
  for (const text of [...malformed, ...more]) {
    assert.equal(check(POST, signature, text), 'timestamp_malformed')
  }
})

test('only a GET with neither header is unsigned', () => {
  assert.equal(check(GET, undefined, undefined), 'unsigned')
  assert.equal(check(GET, undefined, String(NOW)), 'missing')
  assert.equal(check(GET, 'x', undefined), 'missing')
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal(check({ ...POST, method }, undefined, undefined), 'missing')
  }
})

test('a signature is 64 lower-case hex digits, once', () => {
  const good = signText(`${NOW}POST/v1/payouts{"amount":100.50}`)
  for (const text of [good.toUpperCase(), `${good}00`, good.slice(1), `${good}, ${good}`, '']) {
    assert.equal(check(POST, text, String(NOW)), 'signature_invalid')
  }
})
