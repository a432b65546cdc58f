// Run as a user's own file, on the oldest Node and on this one: everything that needs its machine.
import { generateKeyPairSync, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import * as sdk from 'crytom-sdk'

const { CrytomClient, webhooks } = sdk
const { url, secret, body, headers } = JSON.parse(process.argv[2])
const client = new CrytomClient('sk_test_secret', { baseUrl: url, maxRetries: 0 })

const timedOut = await client.balance.get({ timeoutMs: 200 }).catch((error) => error.code)

const ids = []
for await (const payout of client.payouts.list()) ids.push(payout.id)

const text = body.replace('"net_amount":1', '"net_amount":1.000000000000000001')
const pair = generateKeyPairSync('ed25519')
const der = pair.publicKey.export({ format: 'der', type: 'spki' })
const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
const signature = sign(null, Buffer.from(signed), pair.privateKey).toString('base64')
const event = webhooks.verify({
  body: text,
  headers: { ...headers, 'webhook-signature': `v1a,${signature}` },
  secret: `whpk_${der.subarray(12).toString('base64')}`,
})

const seen = []
const handler = webhooks.fetch({ secret, onEvent: (one) => void seen.push(one.id) })
const post = (own) =>
  handler(new Request('https://shop.example/hooks', { method: 'POST', headers, body: own }))
const answers = [(await post(body)).status, (await post(`${body} `)).status]

const required = createRequire(import.meta.url)('crytom-sdk')
const sameNames = String(Object.keys(required).sort()) === String(Object.keys(sdk).sort())

const exact = event.data.net_amount_exact
console.log(JSON.stringify({ timedOut, ids, exact, answers, seen, ed25519: event.id, sameNames }))
