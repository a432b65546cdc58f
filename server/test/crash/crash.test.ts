import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyLedger } from '../../src/ledger/verify.action.ts'
import { freePort } from '../../src/shell/free-port.ts'
import { testDatabase } from '../database.ts'
import { v1Client } from '../v1-client.ts'
import {
  booksEqualTheChain,
  everyChangeWasTold,
  everyPaymentIsThereOnce,
  everySweepIsMinedOnce,
  paidIsConfirmed,
  settle,
} from './checks.ts'
import { startLoad } from './load.ts'
import { startRole, type RoleProcess } from './role-process.ts'

const ROUNDS = 50
/** Answers for which a sweep is waited for. */
const SWEEP_PATIENCE = 1_000

/**
 * Invariants 1, 2, 3, 5 and 6 against SIGKILL: real api and worker processes are killed at random
 * moments while merchants and payers work and coins are gathered into the treasury.
 *
 * Seen to fail when a repeated request was worked on again instead of being recognized by its
 * Idempotency-Key, and when coins that a sweep moves between our addresses counted as deposits.
 */
test('fifty kills under load lose nothing and double nothing', async (t) => {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await testDatabase())
  const directory = await mkdtemp(join(tmpdir(), 'coffer-crash-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const env = {
    DATABASE_URL: database.url,
    COFFER_DATA: directory,
    COFFER_LOCAL_NODE: 'off',
    COFFER_RATE_LIMIT: '100000000',
    PORT: String(await freePort()),
  }
  stack.use(await startRole({ ...env, COFFER_ROLES: 'signer', COFFER_SANDBOX: 'off' }))
  const start = {
    api: () => startRole({ ...env, COFFER_ROLES: 'api' }),
    worker: () => startRole({ ...env, COFFER_ROLES: 'worker' }),
  }
  const running: Record<'api' | 'worker', RoleProcess> = {
    api: await start.api(),
    worker: await start.worker(),
  }
  stack.defer(() => running.api[Symbol.asyncDispose]())
  stack.defer(() => running.worker[Symbol.asyncDispose]())
  const sandbox = JSON.parse(await readFile(join(directory, 'sandbox.json'), 'utf8'))
  const load = startLoad(sandbox.url, sandbox.secret_key)

  for (let round = 0; round < ROUNDS; round += 1) {
    // Every tenth time the worker is let alone until a sweep has begun, and dies with it; when none
    // begins for long, it dies without one.
    const isSweepHit = round % 10 === 9
    const moment = load.answers(isSweepHit ? SWEEP_PATIENCE : randomInt(1, 12))
    await (isSweepHit ? Promise.race([load.sweepBegins(), moment]) : moment)
    if (isSweepHit) await load.answers(randomInt(1, 40))
    const victims = (['api', 'worker'] as const).filter(
      (role) => (isSweepHit && role === 'worker') || randomInt(3) > 0,
    )
    await Promise.all(victims.map((role) => running[role].kill()))
    for (const role of victims) running[role] = await start[role]()
    if (round % 10 === 9) t.diagnostic(`${round + 1} rounds, ${load.told.payments.size} payments`)
  }
  await load.end()
  assert.deepEqual(load.told.wrong, [])

  await settle(database.db, v1Client(sandbox.url, sandbox.secret_key))
  await everyPaymentIsThereOnce(database.db, load.told.payments)
  const swept = await everySweepIsMinedOnce(database.db)
  t.diagnostic(`${swept} sweeps`)
  assert.ok(swept > 0, 'nothing was swept')
  await booksEqualTheChain(database.db)
  await paidIsConfirmed(database.db)
  await everyChangeWasTold(database.db)
  const proof = await verifyLedger({ db: database.db })
  assert.equal(proof.kind, 'whole', JSON.stringify(proof))
})
