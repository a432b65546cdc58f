import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atEveryStep, killed, lagging } from './every-step.ts'
import { openField } from './field.ts'
import { simulatedStage } from './stage.ts'

const SIDE_BY_SIDE = 54
const STEPS_LEAST = 100

/**
 * Invariant 4 against SIGKILL: a real worker with the real signer and PostgreSQL is killed before
 * each SQL statement, commit, question to the signer and question to the node.
 *
 * Seen to fail where a transaction was shown to a node before its bytes were stored, and where its
 * end was booked in a dbTx of its own, which runs again when the next one is cut off.
 */
test('killed at any step on a simulated chain, a payout is paid exactly once', async (t) => {
  await using field = await openField((db) => simulatedStage(db, 'USDT_BSC'), SIDE_BY_SIDE)
  const names = await atEveryStep(field, { ordersEach: 1, counted: 'every step' }, killed)
  t.diagnostic(`${names.length} steps`)
  assert.ok(names.length > STEPS_LEAST, `${names.length} steps`)
  for (const name of ['sign', 'broadcast', 'commit']) assert.ok(names.includes(name), name)
})

/** Two workers on one row: the claim of the first has run out while it stood still. */
test('a worker that stands still at any step, and goes on when another is done, pays nothing twice', async (t) => {
  await using field = await openField((db) => simulatedStage(db, 'USDT_BSC'), SIDE_BY_SIDE)
  const names = await atEveryStep(field, { ordersEach: 1, counted: 'every step' }, lagging)
  t.diagnostic(`${names.length} steps`)
  assert.ok(names.length > STEPS_LEAST, `${names.length} steps`)
})
