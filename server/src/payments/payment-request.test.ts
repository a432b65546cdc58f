import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { checkUrls } from './payment-request.ts'

const refuses = (environment: 'live' | 'test', url: string): void =>
  assert.throws(
    () => checkUrls({ callback_url: url }, environment),
    (error) => isError(error, 'payments.url_not_allowed') && error.context.param === 'callback_url',
    `${environment} ${url}`,
  )

/** Seen to fail when callback URLs were held to the rules of pages that a browser opens. */
test('a callback URL that could never be called is refused when it is given', () => {
  const hosts = ['10.0.0.1', '169.254.169.254', '[::ffff:10.0.0.1]', '0x7f000001', '192.168.1.1']
  for (const host of hosts) refuses('live', `https://${host}/hooks`)
  refuses('live', 'http://shop.example/hooks')
  refuses('live', 'https://127.0.0.1/hooks')
  refuses('test', 'http://169.254.169.254/latest/meta-data')
  refuses('test', 'http://user:password@shop.example/hooks')
  refuses('test', 'ftp://shop.example/hooks')
})

test('a callback URL of the public internet is taken, in the sandbox also one on this machine', () => {
  checkUrls({ callback_url: 'https://shop.example/hooks' }, 'live')
  checkUrls({ callback_url: 'http://127.0.0.1:4001/hooks' }, 'test')
  checkUrls({ callback_url: 'http://localhost:4001/hooks' }, 'test')
})
