import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { verifyLedger } from '../src/ledger/verify.action.ts'
import { systemClock } from '../src/shell/clock.ts'
import { startCluster, type Cluster } from './cluster.ts'
import {
  booksEqualTheChain,
  everyChangeWasTold,
  everyPaymentIsThereOnce,
  everySweepIsMinedOnce,
  paidIsConfirmed,
  settle,
} from './crash/checks.ts'
import { startLoad } from './crash/load.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { ROOT } from './image.ts'
import { PAYEES } from './payout-world.ts'
import { v1Client, type V1Answer, type V1Client } from './v1-client.ts'

// Two apis and two workers on one database: what one of them knows must not matter.
const stack = new AsyncDisposableStack()
let database: TestDatabase
let cluster: Cluster
let secretKey: string
before(async () => {
  database = stack.use(await testDatabase())
  const directory = await mkdtemp(join(tmpdir(), 'coffer-cluster-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  cluster = stack.use(
    await startCluster({
      DATABASE_URL: database.url,
      COFFER_DATA: directory,
      COFFER_LOCAL_NODE: 'off',
      COFFER_RATE_SOURCES: 'off',
      COFFER_RATE_LIMIT: '100000000',
      LOG_LEVEL: 'error',
    }),
  )
  const sandbox = JSON.parse(await readFile(join(directory, 'sandbox.json'), 'utf8'))
  secretKey = String(sandbox.secret_key)
})
after(() => stack.disposeAsync())

/** Two for each api; no two of them ever give one signature. */
const clients = (): readonly V1Client[] =>
  [...cluster.apis, ...cluster.apis].map((url, nth) =>
    v1Client(url, secretKey, () => Date.now() - nth * SIGNED_APART_MS),
  )

const SIGNED_APART_MS = 20_000
const LONG = process.env['COFFER_CLUSTER_TEST'] === 'long'
const KEYS = 30
const AWAY_MS = 20

/** Asks until the answer is not that the first request is still at work. */
async function settled(ask: () => Promise<V1Answer>): Promise<V1Answer> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const answer = await ask()
    if (answer.json['error'] !== 'idempotency_in_progress') return answer
  }
  throw new Error('the key stays claimed')
}

/** One request, repeated with its key until somebody answers. */
async function insist(client: V1Client, path: string, body: object): Promise<V1Answer> {
  const key = { 'idempotency-key': randomUUID(), prefer: 'respond-async' }
  for (let tries = 0; tries < 20_000; tries += 1) {
    try {
      return await settled(() => client.post(path, body, key))
    } catch {
      // Cut off or refused: that api is dead.
      await systemClock.sleep(AWAY_MS)
    }
  }
  throw new Error(`no answer to ${path}`)
}

/** What a dead worker had claimed is free after two minutes at most; nobody waits for it here. */
async function endLeases(): Promise<void> {
  for (const table of ['payout', 'outgoing', 'deposit', 'chain_watch']) {
    await database.db.query(`update ${table} set lease_until = null where lease_until is not null`)
  }
}

test('an api and a worker are killed while payouts are asked for: each is paid once', async () => {
  const client = v1Client(cluster.front.url, secretKey)
  await insist(client, '/v1/sandbox/funds', { currency: 'USDT', network: 'BSC', amount: '1000' })
  const of = { currency: 'USDT', network: 'BSC', destination_address: PAYEES.evm }
  const asked = Array.from({ length: KEYS }, async (_, nth) => {
    const answer = await insist(client, '/v1/payouts', { ...of, amount: `1.${100 + nth}` })
    assert.equal(answer.status, 202, answer.text)
    return String(Object(answer.json['data']).payout_id)
  })
  await Promise.race(asked)
  await Promise.all([cluster.kill('api', 0), cluster.kill('worker', 1)])
  const ids = await Promise.all(asked)
  await Promise.all([cluster.start('api', 0), cluster.start('worker', 1)])
  await cluster.kill('worker', 0)
  await endLeases()
  const left = async (): Promise<number> => {
    await insist(client, '/v1/sandbox/chains/mine', { network: 'BSC', blocks: 5 })
    const [row] = await database.db.query<{ count: number }>(
      `select count(*) as count from payout where status <> 'completed'`,
    )
    return row?.count ?? 0
  }
  for (let looks = 0; (await left()) > 0; looks += 1) assert.ok(looks < 4_000)
  await cluster.start('worker', 0)
  const rows = await database.db.query<{ payout_id: string }>('select payout_id from payout')
  assert.deepEqual(rows.map((row) => row.payout_id).sort(), [...new Set(ids)].sort())
  assert.equal(ids.length, KEYS)
  const [paid] = await database.db.query<{ count: number; amounts: number }>(
    `select count(*) as count, count(distinct units) as amounts from simulated_transfer
     join simulated_tx using (book_id, chain, tx_hash) where state = 'mined' and to_address = $1`,
    [PAYEES.evm],
  )
  assert.deepEqual(paid, { count: KEYS, amounts: KEYS })
  const proof = await verifyLedger({ db: database.db })
  assert.equal(proof.kind, 'whole', JSON.stringify(proof))
})

/** Planted fault: an answer whose record lost to another api's was given all the same. */
test('one Idempotency-Key at both apis at once makes one payment and one payout', async () => {
  const funds = { currency: 'USDT', network: 'BSC', amount: '1000' }
  const [one] = clients()
  assert.equal((await one?.post('/v1/sandbox/funds', funds))?.status, 201)
  const payment = { amount: 10, fiat_currency: 'USD' }
  const of = { currency: 'USDT', network: 'BSC', destination_address: PAYEES.evm }
  for (let round = 0; round < 10; round += 1) {
    const payout = { ...of, amount: `1.${String(round).padStart(2, '0')}` }
    for (const [path, body] of [
      ['/v1/payments', payment],
      ['/v1/payouts', payout],
    ] as const) {
      const key = { 'idempotency-key': randomUUID(), prefer: 'respond-async' }
      const answers = await Promise.all(
        clients().map((client) => settled(() => client.post(path, body, key))),
      )
      const told = new Set(
        answers.map(({ status, json }) => `${status} ${JSON.stringify(Object(json['data']).id)}`),
      )
      assert.equal(told.size, 1, [...told].join())
      const other = await clients()[1]?.post(path, { ...body, amount: 2 }, key)
      assert.equal(other?.json['error'], 'idempotency_key_reused')
    }
  }
})

/** Planted fault: that a signature was seen before is not looked at. */
test('a signed request that one api has answered is a replay at the other', async () => {
  const [first, second] = cluster.apis
  const frozen = 1 + Date.now()
  for (const path of ['/v1/sandbox/chains/mine', '/v1/sandbox/chains/mine?']) {
    const body = JSON.stringify({ network: 'BSC', blocks: 1 })
    const once = await v1Client(first ?? '', secretKey, () => frozen).send('POST', path, body)
    const again = await v1Client(second ?? '', secretKey, () => frozen).send('POST', path, body)
    assert.deepEqual([once.status, again.json['error']], [200, 'request_replayed'], once.text)
  }
})

test('what one api changed the other one knows at once', async () => {
  const [one, other] = clients()
  assert.ok(one && other)
  const made = await one.post('/v1/webhook-endpoints', { url: 'http://127.0.0.1:8080/hooks' })
  assert.equal(made.status, 201, made.text)
  const ids = (await other.get('/v1/webhook-endpoints')).json['data']
  assert.match(JSON.stringify(ids), new RegExp(String(Object(made.json['data']).id)))
})

/** `COFFER_CLUSTER_TEST=long`: the load of the crash test, while an api and a worker die and come again; then its checks. */
test(
  'apis and workers that are killed under load are missed by nobody',
  { skip: !LONG },
  async (t) => {
    const load = startLoad(cluster.front.url, secretKey)
    await load.answers(30)
    await Promise.all([cluster.kill('api', 0), cluster.kill('worker', 1)])
    await load.answers(40)
    await Promise.all([cluster.start('api', 0), cluster.start('worker', 1)])
    await load.answers(20)
    await cluster.kill('worker', 0)
    await load.answers(20)
    await cluster.start('worker', 0)
    await load.end()
    assert.deepEqual(load.told.wrong, [])
    await settle(database.db, v1Client(cluster.front.url, secretKey))
    await everyPaymentIsThereOnce(database.db, load.told.payments)
    await everySweepIsMinedOnce(database.db)
    await booksEqualTheChain(database.db)
    await paidIsConfirmed(database.db)
    await everyChangeWasTold(database.db)
    const proof = await verifyLedger({ db: database.db })
    assert.equal(proof.kind, 'whole', JSON.stringify(proof))
    const served = cluster.apis.map((api) => cluster.front.served.get(api) ?? 0)
    t.diagnostic(`${served.join(' and ')} answers, ${load.told.payments.size} payments`)
    assert.ok(served.every((count) => count > 10))
  },
)

/** Written for one process of everything; `startTestPlatform` gives them two of each instead. */
const SUITES = [
  'server/test/payout-http.test.ts',
  'server/test/isolation.test.ts',
  'server/test/sweep.test.ts',
  'server/test/readme.test.ts',
  'server/test/payouts-guide.test.ts',
  'server/test/batch-files.test.ts',
  'server/test/trigger.test.ts',
  'packages/crytom-sdk/test/platform.test.ts',
]

for (const file of SUITES) {
  test(`${file} passes with two of each role as it does with one`, { skip: !LONG }, async () => {
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env
    const own = { ...env, COFFER_TEST_FORM: 'cluster' }
    const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
      execFile(process.execPath, ['--test', file], { cwd: ROOT, env: own }, (error, out, err) =>
        resolve({ code: error === null ? 0 : 1, said: out + err }),
      )
    })
    assert.equal(code, 0, said)
  })
}
