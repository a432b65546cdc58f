import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callerOf, type RequestWay } from './caller-address.ts'
import { addressSet } from './ip-range.ts'

const nobody = addressSet([])
const proxies = addressSet(['10.0.0.0/8', '127.0.0.1'])

const way = (more: Partial<RequestWay>): RequestWay => ({
  peer: '10.0.0.1',
  encrypted: false,
  forwardedFor: undefined,
  forwardedProto: undefined,
  ...more,
})

test('without trusted proxies the peer is the caller, whatever the headers say', () => {
  const caller = callerOf(
    way({ peer: '203.0.113.7', forwardedFor: '127.0.0.1', forwardedProto: 'https' }),
    nobody,
  )
  assert.deepEqual(caller, { address: '203.0.113.7', safe: false })
})

test('the caller is the rightmost address that no trusted proxy has', () => {
  const caller = callerOf(
    way({ forwardedFor: '127.0.0.1, 203.0.113.7, 10.0.0.9', forwardedProto: 'https' }),
    proxies,
  )
  assert.deepEqual(caller, { address: '203.0.113.7', safe: true })
})

/** Seen to fail with the list read from the left. */
test('nothing that a caller writes into X-Forwarded-For can change who he is', () => {
  const anyEntry = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.2'))
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 6 }), (written) => {
      const forwardedFor = [...written, '198.51.100.4', '10.0.0.9'].join(', ')
      assert.equal(callerOf(way({ forwardedFor }), proxies).address, '198.51.100.4')
    }),
  )
})

test('ports and brackets that proxies write are not part of an address', () => {
  const seen = (forwardedFor: string) => callerOf(way({ forwardedFor }), proxies).address
  assert.equal(seen('203.0.113.7:4711'), '203.0.113.7')
  assert.equal(seen('[2001:db8::1]:4711'), '2001:db8::1')
  assert.equal(seen('[::ffff:203.0.113.7]'), '203.0.113.7')
})

test('a proxy that names no address leaves the caller unknown, which no list allows', () => {
  for (const forwardedFor of ['unknown', '', ' ', '1.2.3.4,', 'a:b']) {
    assert.equal(callerOf(way({ forwardedFor }), proxies).address, undefined)
  }
})

test('a proxy that calls for itself is the caller', () => {
  assert.deepEqual(callerOf(way({ peer: '127.0.0.1' }), proxies), {
    address: '127.0.0.1',
    safe: true,
  })
  assert.equal(callerOf(way({}), proxies).safe, false)
})

test('a way is safe on loopback, over TLS, and behind a trusted proxy that saw https', () => {
  assert.equal(callerOf(way({ peer: '::1' }), nobody).safe, true)
  assert.equal(callerOf(way({ peer: '::ffff:127.0.0.1' }), nobody).safe, true)
  assert.equal(callerOf(way({ peer: '203.0.113.7', encrypted: true }), nobody).safe, true)
  const behind = (forwardedProto: string | undefined) =>
    callerOf(way({ forwardedFor: '203.0.113.7', forwardedProto }), proxies).safe
  assert.equal(behind('https'), true)
  assert.equal(behind('HTTPS'), true)
  assert.equal(behind('http'), false)
  assert.equal(behind(undefined), false)
})

/** Seen to fail with the first word taken: a caller's own `https` then hid the proxy's `http`. */
test('a caller cannot pretend to have come over TLS where the proxy appends what it saw', () => {
  const seen = (forwardedProto: string) =>
    callerOf(way({ forwardedFor: '203.0.113.7', forwardedProto }), proxies).safe
  assert.equal(seen('https, http'), false)
  assert.equal(seen('http, https'), true)
  const two = way({ forwardedFor: '203.0.113.7, 10.0.0.9', forwardedProto: 'https, http' })
  assert.equal(callerOf(two, proxies).safe, true)
})

test('a plain hop from the caller to a proxy on this machine is not safe', () => {
  const caller = callerOf(
    way({ peer: '127.0.0.1', forwardedFor: '203.0.113.7', forwardedProto: 'http' }),
    proxies,
  )
  assert.deepEqual(caller, { address: '203.0.113.7', safe: false })
})
