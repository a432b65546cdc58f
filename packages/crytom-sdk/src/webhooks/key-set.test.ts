import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { answering, scriptedServer } from '../../test/scripted-server.ts'
import { eventBody } from '../../test/signed-webhook.ts'
import { webhooks } from '../webhooks.ts'

const body = eventBody()
const newPair = () => generateKeyPairSync('ed25519')
type Pair = ReturnType<typeof newPair>

function signedBy({ privateKey }: Pair): Request {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signature = sign(null, Buffer.from(`evt_1.${timestamp}.${body}`), privateKey)
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,${signature.toString('base64')}`,
  }
  return new Request('https://shop.example/hooks', { method: 'POST', headers, body })
}

const keysOf = (...pairs: readonly Pair[]) =>
  answering(200, { keys: pairs.map((pair) => pair.publicKey.export({ format: 'jwk' })) })

/** Seen to fail when the keys were kept for ever: the messages of the new key were refused. */
test('a handler follows rotations of the keys behind an address', async () => {
  const [first, second, forged] = [newPair(), newPair(), newPair()]
  await using server = await scriptedServer([keysOf(first), keysOf(second, first)])
  let now = 0
  const secret = webhooks.keySet(server.url, { now: () => now })
  const handler = webhooks.fetch({ secret, onEvent: () => undefined })
  const answered = async (pair: Pair): Promise<number> => (await handler(signedBy(pair))).status
  assert.deepEqual([await answered(first), await answered(first)], [204, 204])
  assert.equal(server.arrived.length, 1)
  now += 20_000
  assert.deepEqual([await answered(second), await answered(first)], [204, 204])
  // Whoever forges messages cannot have the keys read again and again.
  assert.deepEqual([await answered(forged), await answered(forged)], [400, 400])
  assert.equal(server.arrived.length, 2)
})

/** Seen to fail when a failure was remembered: every message of five minutes was lost to it. */
test('keys that cannot be read have the message come again, and are asked for anew', async (t) => {
  t.mock.method(console, 'error', () => undefined)
  const pair = newPair()
  await using server = await scriptedServer([answering(503, {}), keysOf(pair)])
  const secret = webhooks.keySet(server.url)
  const handler = webhooks.fetch({ secret, onEvent: () => undefined })
  assert.equal((await handler(signedBy(pair))).status, 500)
  assert.equal((await handler(signedBy(pair))).status, 204)
})

test('keys are not read over a line that others can write to', () => {
  assert.throws(() => webhooks.keySet('http://pay.example/keys'), { code: 'base_url_invalid' })
})
