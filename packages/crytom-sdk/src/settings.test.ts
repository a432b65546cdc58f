import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { CrytomClient } from './client.ts'
import { readSettings } from './settings.ts'

const urlOf = (key: string, given?: string, environment?: string): string =>
  readSettings(key, { baseUrl: given }, environment).baseUrl

test('the key decides the environment, and where the API is unless it is told', () => {
  assert.equal(urlOf('sk_live_a'), 'https://www.api.crytom.com')
  assert.equal(urlOf('sk_test_a'), 'https://www.sandbox-api.crytom.com')
  assert.equal(urlOf('sk_live_a', undefined, 'https://pay.example'), 'https://pay.example')
  assert.equal(
    urlOf('sk_live_a', 'https://own.example', 'https://pay.example'),
    'https://own.example',
  )
  assert.equal(new CrytomClient('sk_live_a').environment, 'live')
  assert.equal(new CrytomClient('sk_test_a').environment, 'test')
})

test('a base URL may end with /v1 or not, and may have a path before it', () => {
  for (const text of ['https://a.example', 'https://a.example/', 'https://a.example/v1/']) {
    assert.equal(urlOf('sk_live_a', text), 'https://a.example')
  }
  assert.equal(urlOf('sk_live_a', 'https://a.example/pay/v1'), 'https://a.example/pay')
})

/** Seen to fail when plain HTTP was let through: the key went over the line before any answer. */
test('a key is not sent over plain HTTP, but to this machine', () => {
  for (const text of ['http://localhost:3000', 'http://127.0.0.1:1', 'http://[::1]:1']) {
    assert.equal(urlOf('sk_live_a', text), text)
  }
  const refused = ['http://a.example', 'http://127.0.0.1.example', 'ftp://a.example', 'a.example']
  for (const text of [...refused, 'https://u:p@a.example', 'https://a.example/?x=1', '']) {
    assert.throws(() => urlOf('sk_live_a', text), { code: 'base_url_invalid' }, text)
  }
})

test('what cannot be a key is refused, and not repeated in the error', () => {
  for (const key of ['', 'pk_live_hidden', 'sk_live_', 'sk_live_hid den', ' sk_live_hidden']) {
    assert.throws(
      () => new CrytomClient(key),
      (error) => inspect(error).includes('secret_key_invalid') && !inspect(error).includes('hid'),
    )
  }
})

/** Seen to fail when the settings were a plain member of the client. */
test('a client that is printed does not show its key', () => {
  const client = new CrytomClient('sk_live_hidden')
  const shown = inspect(client, { depth: 10, showHidden: true }) + JSON.stringify(client)
  assert.equal(shown.includes('hidden'), false)
})

test('times and tries are whole numbers with a bound', () => {
  for (const timeoutMs of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31]) {
    assert.throws(() => new CrytomClient('sk_test_a', { timeoutMs }), { code: 'option_invalid' })
  }
  assert.throws(() => new CrytomClient('sk_test_a', { maxRetries: -1 }), { code: 'option_invalid' })
})
