import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApiKey } from '../src/tenancy/api-keys.action.ts'
import { createOrganization } from '../src/tenancy/create-organization.action.ts'
import { startTestPlatform } from './test-platform.ts'
import { v1Client, type V1Answer, type V1Client } from './v1-client.ts'

type Document = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Readonly<{ requestBody?: unknown }>>>>>
}>

/** What a route with an id in its path needs: an object of the kind whose id it takes. */
const KIND_OF_PATH: Readonly<Record<string, string>> = {
  'checkout/sessions': 'checkout',
  invoices: 'invoice',
  payments: 'payment',
  exceptions: 'exception',
  events: 'event',
  'webhook-endpoints': 'endpoint',
  wallets: 'wallet',
  conversions: 'conversion',
  sweeps: 'sweep',
  'sweeps/cold': 'cold transfer',
  payouts: 'payout',
  refunds: 'refund',
  'payout-policy/changes': 'policy change',
  'payout-destinations': 'destination',
}

const OUTSIDE = '0x52908400098527886E0F7030069857D2E4169EE7'

/** By the verb of the path, or by its kind of object and the verb. */
const BODIES: Readonly<Record<string, object>> = {
  verify: { currency: 'BTC' },
  deposit: { amount: '1', tx_hash: '0x01' },
  refund: { address: 'tb1qlsnye7xuurnzfv7n7rxwnlwa3t2u7al5pl9tsy' },
  send: { address: 'tb1qlsnye7xuurnzfv7n7rxwnlwa3t2u7al5pl9tsy' },
  withdraw: { amount: '1', recipient_address: OUTSIDE },
  resends: { object_id: 'pay_1' },
  'payouts verify': { otp_code: '123456' },
}

/** One object of every kind that has an id in some path. */
async function makeObjects(client: V1Client): Promise<ReadonlyMap<string, string>> {
  const idOf = (answer: Awaited<ReturnType<V1Client['get']>>): string => {
    assert.ok(answer.status < 300, answer.text)
    const data = answer.json['data']
    return String(Object(Array.isArray(data) ? data[0] : data).id)
  }
  const order = { amount: 10, currency: 'USD', accepted_assets: ['USDT_BSC'] }
  const session = await client.post('/v1/checkout/sessions', { ...order, product_name: 'A thing' })
  const [option] = Object(session.json['data']).payment_details
  await client.post('/v1/sandbox/deposits', {
    address: option.address,
    currency: 'USDT',
    network: 'BSC',
    amount: '30',
    confirmations: 30,
  })
  const wallet = { customer_id: 'user_1', currency: 'USDT', network: 'BSC' }
  const endpoint = { url: 'http://127.0.0.1:8080/hooks' }
  const exception = await untilException(client)
  const payout = { amount: 1, currency: 'USDT', network: 'BSC', destination_address: OUTSIDE }
  const destination = { network: 'BSC', address: OUTSIDE }
  const policy = {
    ...{ limits: [], approvers: 0, listed_only: [], cooldown_hours: 0, change_delay_hours: 24 },
  }
  await client.post('/v1/sandbox/funds', { currency: 'USDT', network: 'BSC', amount: 5 })
  return new Map([
    ['checkout', idOf(session)],
    ['invoice', idOf(await client.post('/v1/invoices', order))],
    ['payment', idOf(await client.post('/v1/payments', { amount: 1, fiat_currency: 'USD' }))],
    ['wallet', idOf(await client.post('/v1/wallets', wallet))],
    ['event', idOf(await client.get('/v1/events'))],
    ['endpoint', idOf(await client.post('/v1/webhook-endpoints', endpoint))],
    ['exception', exception],
    ['refund', await refundOf(client, exception)],
    ['payout', idOf(await client.post('/v1/payouts', payout, { prefer: 'respond-async' }))],
    ['policy change', idOf(await client.send('PUT', '/v1/payout-policy', JSON.stringify(policy)))],
    ['destination', idOf(await client.post('/v1/payout-destinations', destination))],
    ['sweep', await untilSwept(client)],
    ['conversion', idOf(await convert(client))],
    ['cold transfer', await untilCold(client)],
  ])
}

async function convert(client: V1Client): Promise<V1Answer> {
  await client.post('/v1/sandbox/funds', { currency: 'BTC', amount: 1 })
  const wanted = { from_currency: 'BTC', to_currency: 'USDT_BSC', amount: 0.5 }
  return client.post('/v1/conversions', wanted)
}

async function untilException(client: V1Client): Promise<string> {
  for (let looks = 0; looks < 2_000; looks += 1) {
    const { json } = await client.get('/v1/exceptions')
    const [first] = Array.from(Object(json['data']))
    if (first !== undefined) return String(Object(first).id)
  }
  throw new Error('the payment of too much opened no exception')
}

/** What is owed to the payer after somebody decided so. */
async function refundOf(client: V1Client, exception: string): Promise<string> {
  const { json } = await client.post(`/v1/exceptions/${exception}/refund`)
  const [refund] = Array.from(Object(json['data']).refunds)
  return String(Object(refund).id)
}

/** Asks for a sweep until the deposit is final, without which there is nothing to move. */
async function untilSwept(client: V1Client): Promise<string> {
  for (let looks = 0; looks < 2_000; looks += 1) {
    const { status, json } = await client.post('/v1/sweeps', { currency: 'USDT_BSC' })
    if (status === 202) return String(Object(json['data']).id)
  }
  throw new Error('the deposit never became worth a sweep')
}

/** Sends coins to a cold wallet, as soon as that is in force; a sweep may do so before. */
async function untilCold(client: V1Client): Promise<string> {
  const cold = { currency: 'USDT_BSC', address: OUTSIDE, keep: '0' }
  await client.send('PUT', '/v1/settings/cold-wallets', JSON.stringify(cold))
  await client.post('/v1/sandbox/clock/advance', { seconds: 24 * 60 * 60 })
  for (let looks = 0; looks < 2_000; looks += 1) {
    await client.post('/v1/sweeps/cold', { currency: 'USDT_BSC' })
    const { json } = await client.get('/v1/sweeps/cold')
    const [first] = Array.from(Object(json['data']))
    if (first !== undefined) return String(Object(first).id)
  }
  throw new Error('nothing went to the cold wallet')
}

/** What an answer says, without what differs between any two requests. */
const gist = (answer: Awaited<ReturnType<V1Client['get']>>, id: string): string =>
  `${answer.status} ${answer.text.replaceAll(id, '‹id›').replace(/req_\w+/g, '‹request›')}`

/**
 * Invariant 7, for every route of the OpenAPI document that takes an id: a foreign organization,
 * and the same organization with its other environment's key, are told exactly what is told of an
 * id that nobody has. A new route with an id fails here until its kind of object is made above.
 *
 * Seen to fail when one read left the book out of its `where`.
 */
test('foreign ids and unknown ids look alike on every route', async () => {
  await using stack = new AsyncDisposableStack()
  const { platform, url, sandbox, client: owner } = await startTestPlatform(stack)
  const { ctx } = platform
  const objects = await makeObjects(owner)
  const stranger = await createOrganization(ctx, { name: 'Another' })
  const strangers = await Promise.all(
    [stranger.test, stranger.live, sandbox.organization.live].map(async (book) =>
      v1Client(url, (await createApiKey(ctx, book, { name: 'probe' })).secretKey),
    ),
  )
  const document: Document = JSON.parse((await owner.get('/openapi.json')).text)
  let probed = 0
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.includes('{')) continue
    const kind = KIND_OF_PATH[path.replace('/v1/', '').replace(/\/\{.*$/, '')]
    const id = objects.get(kind ?? '')
    assert.ok(id !== undefined, `${path} takes an id of a kind that this test does not make`)
    const unknown = id.slice(0, -6) + (id.endsWith('000000') ? '111111' : '000000')
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const verb = path.split('/').at(-1) ?? ''
      const own = BODIES[`${path.split('/').at(2)} ${verb}`] ?? BODIES[verb]
      const body = requestBody === undefined ? '' : JSON.stringify(own ?? {})
      const ask = async (client: V1Client, one: string): Promise<string> =>
        gist(await client.send(method.toUpperCase(), path.replace(/\{\w+\}/g, one), body), one)
      for (const client of strangers) {
        const foreign: string = await ask(client, id)
        const nobodys: string = await ask(client, unknown)
        assert.match(nobodys, /^404 /, `${method} ${path}`)
        assert.equal(foreign, nobodys, `${method} ${path}`)
        probed += 1
      }
    }
  }
  assert.ok(probed >= 3 * 12, `${probed} probes`)
})

/** Seen to fail when one list left the book out of its `where`. */
test('lists and balances hold nothing of another organization or environment', async () => {
  await using stack = new AsyncDisposableStack()
  const { platform, url, sandbox, client: owner } = await startTestPlatform(stack)
  const { ctx } = platform
  await makeObjects(owner)
  await owner.post('/v1/sandbox/funds', { currency: 'BTC', network: 'Bitcoin', amount: 1 })
  const stranger = await createOrganization(ctx, { name: 'Another' })
  const books = [stranger.test, stranger.live, sandbox.organization.live]
  const lists = [
    '/v1/payments',
    '/v1/invoices',
    '/v1/checkout/sessions',
    '/v1/exceptions',
    '/v1/wallets',
    '/v1/wallets?customer_id=user_1',
    '/v1/conversions',
    '/v1/liquidity',
    '/v1/events',
    '/v1/webhook-endpoints',
    '/v1/deliveries',
    '/v1/balance',
    '/v1/payouts',
    '/v1/refunds',
    '/v1/payout-destinations',
    '/v1/sweeps',
    '/v1/sweeps/cold',
    '/v1/settings/cold-wallets',
  ]
  for (const book of books) {
    const { secretKey } = await createApiKey(ctx, book, { name: 'probe' })
    for (const path of lists) {
      const answer = await v1Client(url, secretKey).get(path)
      assert.deepEqual([path, answer.status, answer.json['data']], [path, 200, []])
    }
  }
})
