import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { manualClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createOps, type OpsRequest } from './ops.ts'
import { startOpsServer } from './ops-server.ts'
import { createReadiness } from './readiness.ts'

const TOKEN = 'prometheus-reads-this'
const SECRET = 'postgres://owner:hunter2@db'
const ctx = { clock: manualClock(0), log: createLog('silent') }
const measured = async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' })

const opsWith = (metricsToken: string) =>
  createOps({ readiness: async () => [], measured, metricsToken })

const asked = (more: Partial<OpsRequest>): OpsRequest => ({
  path: '/metrics',
  peer: '203.0.113.9',
  authorization: undefined,
  isForwarded: false,
  ...more,
})

/**
 * Planted faults, each seen to fail: an empty token that an empty header fits; a forwarded request
 * that counts as one from here; `127.` at the beginning of a name.
 */
test('metrics are for this machine, and for who has the token', async () => {
  const statuses = async (token: string, requests: readonly Partial<OpsRequest>[]) =>
    Promise.all(requests.map(async (one) => (await opsWith(token)(asked(one))).status))
  const here = [{ peer: '127.0.0.1' }, { peer: '127.8.8.8' }, { peer: '::1' }]
  const mapped = { peer: '::ffff:127.0.0.1' }
  assert.deepEqual(await statuses('', [...here, mapped]), [200, 200, 200, 200])
  const strangers: Partial<OpsRequest>[] = [
    {},
    { peer: undefined },
    { peer: '10.0.0.1' },
    { peer: '127.0.0.1.example.com' },
    { peer: '127.0.0.1', isForwarded: true },
    ...['Bearer', 'Bearer ', 'Bearer x', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN} x`].map(
      (authorization) => ({ authorization }),
    ),
  ]
  for (const token of ['', TOKEN]) {
    assert.deepEqual(
      await statuses(token, strangers),
      strangers.map(() => 401),
    )
  }
  const holders = [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`].map((authorization) => ({
    authorization,
  }))
  assert.deepEqual(await statuses(TOKEN, holders), [200, 200])
})

/** Planted fault: what a check threw was said as it is. */
test('a process that cannot work says why, and no more than that', async () => {
  const silent = 'the database does not answer'
  const failing = { silent, problem: () => Promise.reject(new Error(`no route to ${SECRET}`)) }
  const other = { silent: 'x', problem: async () => 'the database is of a newer version' }
  const fine = { silent: 'y', problem: async () => undefined }
  const readiness = createReadiness(ctx, [failing, fine, other])
  const ops = createOps({ readiness, measured, metricsToken: '' })
  const told = await ops(asked({ path: '/readyz' }))
  const reasons = [silent, 'the database is of a newer version']
  assert.deepEqual([told.status, JSON.parse(told.text)], [503, { status: 'unready', reasons }])
  assert.equal((await ops(asked({ path: '/healthz' }))).status, 200)
})

/** Planted fault: a check without an end held up the answer for ever. */
test('who does not answer in time does not answer, and is asked once a second at most', async () => {
  const clock = manualClock(0)
  let questions = 0
  const hangs = {
    silent: 'the signer does not answer',
    problem: () => {
      questions += 1
      return new Promise<undefined>(() => undefined)
    },
  }
  const readiness = createReadiness({ clock }, [hangs])
  const first = readiness()
  const second = readiness()
  clock.advance(2_000)
  assert.deepEqual(await Promise.all([first, second]), [[hangs.silent], [hangs.silent]])
  assert.equal(questions, 1)
  const third = readiness()
  clock.advance(2_000)
  assert.deepEqual([await third, questions], [[hangs.silent], 2])
})

test('a listener of its own answers GET and HEAD, and knows no other path', async () => {
  const place = { host: '127.0.0.1', port: 0 }
  await using server = await startOpsServer(ctx, opsWith(''), place)
  const statusOf = async (path: string, method = 'GET', headers = {}) =>
    (await fetch(server.url + path, { method, headers })).status
  assert.equal(await statusOf('/healthz?deep=1'), 200)
  assert.equal(await statusOf('/readyz', 'HEAD'), 200)
  assert.equal(await statusOf('/metrics'), 200)
  assert.equal(await statusOf('/metrics', 'GET', { 'x-forwarded-for': '203.0.113.9' }), 401)
  assert.equal(await statusOf('/'), 404)
  assert.equal(await statusOf('/constructor'), 404)
  assert.equal(await statusOf('/healthz', 'POST'), 405)
  const port = Number(new URL(server.url).port)
  await assert.rejects(startOpsServer(ctx, opsWith(''), { ...place, port }), /is taken|port/)
  const long = new Promise((resolve, reject) => {
    const path = `/${'x'.repeat(20_000)}`
    request({ port, path }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end()
  })
  assert.equal(await long, 431)
})
