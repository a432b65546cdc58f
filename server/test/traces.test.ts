import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDb } from '../src/shell/db.ts'
import { startCollector, type CollectedSpan } from './collector.ts'
import { PAYEES } from './payout-world.ts'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'
import { startReceiver } from './webhook-receiver.ts'

const LOOKS_MAX = 2_000
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const NETWORK = { currency: 'TUSD', network: 'Anvil' }
const SECRETS = ['shop-internals', 'cart-4711', '31.4159', PAYEES.evm, PAYEES.evm.toLowerCase()]

/** Pays out in the trace of whoever asked, and waits until that is told. @returns the payout's id */
async function payOut({ client }: TestPlatform): Promise<string> {
  const funded = await client.post('/v1/sandbox/funds', { ...NETWORK, amount: '1000' })
  assert.equal(funded.status, 201, funded.text)
  const asked = { ...NETWORK, amount: '31.4159', destination_address: PAYEES.evm }
  const reply = await client.post('/v1/payouts', asked, {
    traceparent: `00-${TRACE}-${CALLER}-00`,
    tracestate: 'shop-internals=1',
    baggage: 'cart=cart-4711',
  })
  assert.equal(reply.status, 202, reply.text)
  const id = String(Object(reply.json['data']).payout_id)
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await client.post('/v1/sandbox/chains/mine', { network: NETWORK.network, blocks: 70 })
    const told = Object((await client.get(`/v1/payouts/${id}`)).json['data'])
    if (told.status === 'completed') return id
    assert.equal(told.status, 'processing', JSON.stringify(told))
  }
  throw new Error(`${id} was processing for ever`)
}

/** The names of the spans from the first of the trace down to this one. */
function pathTo(spans: readonly CollectedSpan[], span: CollectedSpan): readonly string[] {
  const parent = spans.find((one) => one.spanId === span.parentSpanId)
  if (parent === undefined) assert.equal(span.parentSpanId, CALLER, `${span.name} hangs in the air`)
  return [...(parent === undefined ? [] : pathTo(spans, parent)), span.name]
}

/**
 * The caller's trace goes on through all of it. His flag says that he records nothing, which does
 * not bind us. Planted faults, each seen to fail: outgoing rows without their trace; events without
 * it; a delivery outside of its event's trace; the arguments of a broadcast among its attributes.
 */
test('one trace leads from a request over node and signer to the webhook that tells its end', async () => {
  await using collector = await startCollector()
  await using receiver = await startReceiver({ secrets: [] })
  let id = ''
  {
    await using stack = new AsyncDisposableStack()
    const platform = await startTestPlatform(stack, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=ops%20team',
        OTEL_SERVICE_NAME: 'coffer-test',
        COFFER_LOCAL_NODE: 'on',
      },
    })
    const wanted = { url: receiver.url, events: ['payout.completed'] }
    const made = await platform.client.post('/v1/webhook-endpoints', wanted)
    assert.equal(made.status, 201, made.text)
    id = await payOut(platform)
    await receiver.until(1)
  }
  const own = collector.spans.filter((one) => one.traceId === TRACE)
  const paths = new Set(own.map((one) => pathTo(own, one).join(' > ')))
  const dispatched = 'POST /v1/payouts > job dispatch-payouts'
  const sent = `${dispatched} > job send-outgoing`
  for (const path of [
    'POST /v1/payouts > insert payout',
    `${dispatched} > insert outgoing`,
    `${sent} > chain build > node eth_estimateGas`,
    `${sent} > signer sign`,
    `${sent} > chain broadcast > node eth_sendRawTransaction`,
    `${dispatched} > end outgoing > insert event_object`,
    `${dispatched} > end outgoing > deliver > webhook POST`,
  ]) {
    assert.ok(paths.has(path), `${path} is not among\n${[...paths].join('\n')}`)
  }
  const [message] = receiver.received
  assert.equal(message?.objectId, id)
  const posts = own.filter((one) => one.name === 'webhook POST')
  const told = posts.map((one) => `00-${TRACE}-${one.spanId}-01`)
  assert.deepEqual([message?.headers['traceparent']], told)
  assert.deepEqual(
    [message?.headers['tracestate'], message?.headers['baggage']],
    [undefined, undefined],
  )
  assert.deepEqual([...collector.services], ['coffer-test'])
  const all = collector.texts.join('\n')
  assert.match(all, /^POST \/v1\/traces$/m)
  assert.match(all, /"x-tenant":"ops team"/)
  for (const secret of [...SECRETS, receiver.url, id, '/hook']) {
    assert.ok(!all.includes(secret), `the collector was told ${secret}`)
  }
})

const traceOf = (number: number): string => String(number).padStart(32, '7')

/** Planted fault: works that share a dbTx in the trace of the first of them. */
test('what several callers ask for at the same moment goes on in the trace of each', async () => {
  await using stack = new AsyncDisposableStack()
  const collector = stack.use(await startCollector())
  const { client, env } = await startTestPlatform(stack, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  })
  const asked = { currency: 'USDT', network: 'BSC' }
  await client.post('/v1/sandbox/funds', { ...asked, amount: '1000' })
  const numbers = Array.from({ length: 12 }, (_, place) => place + 1)
  const pay = async (number: number): Promise<void> => {
    const more = { destination_address: PAYEES.evm, external_id: `order-${number}`, amount: '20' }
    const traceparent = `00-${traceOf(number)}-${CALLER}-01`
    const prefer = 'respond-async'
    const reply = await client.post('/v1/payouts', { ...asked, ...more }, { traceparent, prefer })
    assert.equal(reply.status, 202, reply.text)
  }
  await Promise.all(numbers.map(pay))
  await using db = openDb(env['DATABASE_URL'] ?? '')
  const rows = await db.query<{ number: string; trace: string }>(
    `select split_part(external_id, '-', 2) as number, split_part(payout.trace, '-', 2) as trace
     from payout union all
     select split_part(external_id, '-', 2), split_part(event.trace, '-', 2)
     from payout join event on event.book_id = payout.book_id
       and event.object_id = payout.payout_id and event.sequence = 1`,
  )
  assert.equal(rows.length, 24)
  for (const { number, trace } of rows) assert.equal(trace, traceOf(Number(number)))
})
