import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../../test/api.ts'
import { at, openEventApi } from '../../../test/event-api.ts'

/** Each leads to a machine inside, or is no address of a web server. */
const INSIDE: readonly string[] = [
  ...['10.0.0.1', '192.168.1.1', '172.16.0.1', '100.64.0.1', '169.254.169.254', '168.63.129.16'],
  ...['0', '0.0.0.0', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '10.1', '192.168.257'],
  ...['[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a00:1]', '[2002:a00:1::]'],
  ...[
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fe80::1%25eth0]',
    '[::127.0.0.1]',
    '１０.0.0.1',
    'intranet',
  ],
  ...['me@10.0.0.1', 'shop.example@127.0.0.1', 'me:pass@shop.example', 'shop.example:22'],
]
/** This very machine: allowed in the sandbox alone. */
const LOOPBACK: readonly string[] = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '017700000001', '127.0.0.1.'],
  ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', 'localhost', 'localhost.', '①②⑦.⓪.⓪.①'],
]

/** Seen to fail with the URL of a PATCH not checked. */
test('no endpoint is made at, or moved to, an address inside', async () => {
  await using world = await openEventApi()
  const { api } = world
  const refusals = async (call: Client, urls: readonly string[]): Promise<void> => {
    const body = { url: 'https://93.184.216.34/hook' }
    const added = await call('/v1/webhook-endpoints', { body })
    const own = `/v1/webhook-endpoints/${String(at(added.json, 'data', 'id'))}`
    assert.equal(added.status, 201)
    for (const url of urls) {
      const made = await call('/v1/webhook-endpoints', { body: { url } })
      assert.equal(`${made.status} ${String(at(made.json, 'error'))}`, '400 url_refused', url)
      const moved = await call(own, { method: 'PATCH', body: { url } })
      assert.equal(`${moved.status} ${String(at(moved.json, 'error'))}`, '400 url_refused', url)
    }
    const { json } = await call(own)
    assert.equal(at(json, 'data', 'url'), body.url)
  }
  const secure = (host: string): string => `https://${host}/hook`
  await refusals(api.as(api.secretKeys.live), [...INSIDE, ...LOOPBACK].map(secure))
  await refusals(api.as(api.secretKeys.test), INSIDE.map(secure))
})
