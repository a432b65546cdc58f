import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import parsePrometheus from 'parse-prometheus-text-format'
import { dueTables } from '../src/main/observe/due-tables.ts'
import { openDb } from '../src/shell/db.ts'
import { signerPaths } from '../src/signer/paths.ts'
import { testDatabase } from './database.ts'
import { PAYEES } from './payout-world.ts'
import { startTestPlatform } from './test-platform.ts'
import { startReceiver } from './webhook-receiver.ts'

const TOKEN = 'metrics-for-the-operator'
const LOOKS_MAX = 2_000
const READY_LOOKS_MAX = 5_000
const PAYOUT = { currency: 'USDT', network: 'BSC' }

/** Seen to fail without the table of mail among those that are measured. */
test('every table whose rows fall due is measured, and no other', async () => {
  await using database = await testDatabase()
  const rows = await database.db.query<{ name: string }>(
    `select table_name::text as name from information_schema.columns
     where table_schema = 'public' and column_name in ('due_at', 'lease_until')
     group by table_name having count(*) = 2 order by table_name`,
  )
  assert.deepEqual(
    dueTables.map((one) => one.table).toSorted(),
    rows.map((row) => row.name),
  )
})

type Series = Readonly<{ name: string; labels: Readonly<Record<string, string>>; value: number }>

/** Every series, as a parser reads it that is not ours; of a histogram its count. */
async function scrape(url: string): Promise<readonly Series[]> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.9' }
  const answer = await fetch(`${url}/metrics`, { headers })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  return parsePrometheus(await answer.text()).flatMap(({ name, metrics }) =>
    metrics.map(({ labels = {}, value, count }) => ({
      ...{ name, labels },
      value: Number(value ?? count),
    })),
  )
}

const sumOf = (
  all: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number =>
  all
    .filter((one) => one.name === name)
    .filter((one) => Object.entries(labels).every(([key, text]) => one.labels[key] === text))
    .reduce((sum, one) => sum + one.value, 0)

/**
 * Planted faults, each seen to fail: the URL in place of the route; events counted inside of the
 * transaction that places them, and after it.
 */
test('what happens is counted once, under labels of few values', async () => {
  await using stack = new AsyncDisposableStack()
  const receiver = stack.use(await startReceiver({ secrets: [] }))
  const env = { COFFER_METRICS_TOKEN: TOKEN, COFFER_OPS_PORT: '0' }
  const { client, platform, url, sandbox } = await startTestPlatform(stack, { env })
  const { opsUrl = '' } = platform
  const wanted = { url: receiver.url, events: ['payout.*'] }
  const endpoint = Object((await client.post('/v1/webhook-endpoints', wanted)).json['data'])
  await client.post('/v1/sandbox/funds', { ...PAYOUT, amount: '77.123' })
  const asked = { ...PAYOUT, amount: '31.4159', destination_address: PAYEES.evm }
  const { payout_id: id } = Object((await client.post('/v1/payouts', asked)).json['data'])
  let looks = 0
  for (; looks < LOOKS_MAX; looks += 1) {
    await client.post('/v1/sandbox/chains/mine', { network: 'BSC', blocks: 3 })
    const { status } = Object((await client.get(`/v1/payouts/${id}`)).json['data'])
    if (status === 'completed') break
  }
  await client.get(`/no/such/${id}`)
  const log = await client.get(`/v1/events?limit=100`)
  const told: readonly Readonly<{ event: string }>[] = Object(log.json['data'])
  const types = told.map(({ event }) => event)
  await receiver.until(types.filter((type) => type.startsWith('payout.')).length)
  const all = await scrape(url)

  const requests = (route: string, status: string): number =>
    sumOf(all, 'coffer_http_requests_total', { route, status })
  assert.deepEqual(
    [requests('/v1/payouts/:id', '200'), requests('/v1/payouts', '202')],
    [looks + 1, 1],
  )
  assert.equal(requests('(unknown)', '404'), 1)
  assert.equal(sumOf(all, 'coffer_http_requests_in_flight'), 1)
  const events = 'coffer_events_total'
  for (const type of new Set(types)) {
    const count = types.filter((one) => one === type).length
    assert.equal(sumOf(all, events, { type, environment: 'test' }), count, type)
  }
  assert.ok(types.includes('payout.completed'), log.text)
  assert.equal(sumOf(all, events), types.length)
  const acknowledged = { outcome: 'acknowledged' }
  assert.equal(sumOf(all, 'coffer_delivery_attempts_total', acknowledged), receiver.received.length)
  assert.ok(sumOf(all, 'coffer_ledger_entries_total', { result: 'posted' }) > 0)
  assert.ok(sumOf(all, 'coffer_job_runs_total', { job: 'send-outgoing', outcome: 'done' }) > 0)
  assert.equal(sumOf(all, 'coffer_signer_answers_total', { verb: 'sign', outcome: 'answered' }), 1)
  assert.equal(sumOf(all, 'coffer_measured'), 3)
  assert.equal(sumOf(all, 'coffer_outgoing'), 0)

  const values = new Set(all.flatMap(({ labels }) => Object.values(labels)))
  const secrets = [id, endpoint.id, receiver.url, '77.123', '31.4159', PAYEES.evm]
  const { organization, access } = sandbox
  const whose = [organization.orgId, access.console.email, access.secret_key]
  for (const secret of [...secrets, ...whose]) {
    assert.deepEqual(
      [...values].filter((value) => value.includes(String(secret))),
      [],
    )
  }
  const beside = await scrape(opsUrl)
  const names = (some: readonly Series[]) => [...new Set(some.map((one) => one.name))]
  assert.deepEqual(names(beside).toSorted(), names(all).toSorted())
})

/** Planted faults: the version not compared; the signer not asked. */
test('a worker whose database or signer is not what it needs says that it is not ready', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, env, home } = await startTestPlatform(stack)
  const ready = async () => {
    const answer = await fetch(`${url}/readyz`)
    return [answer.status, await answer.json()]
  }
  const until = async (status: number): Promise<unknown> => {
    for (let looks = 0; looks < READY_LOOKS_MAX; looks += 1) {
      const [now, told] = await ready()
      if (now === status) return told
    }
    throw new Error(`/readyz never answered ${status}`)
  }
  assert.deepEqual(await ready(), [200, { status: 'ready' }])
  await using db = openDb(env['DATABASE_URL'] ?? '')
  await db.query("update schema_migration set checksum = checksum || 'x' where version = 1")
  const reasons = ['the database is not of this version']
  assert.deepEqual(await until(503), { status: 'unready', reasons })
  await db.query("update schema_migration set checksum = rtrim(checksum, 'x') where version = 1")
  await until(200)
  const { socket } = signerPaths(join(home, '.coffer'))
  await rename(socket, `${socket}.away`)
  const silent = ['the signer does not answer']
  assert.deepEqual(await until(503), { status: 'unready', reasons: silent })
  await rename(`${socket}.away`, socket)
  await until(200)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
})
