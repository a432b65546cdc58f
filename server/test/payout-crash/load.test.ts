import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Db } from '../../src/shell/db.ts'
import { assertBooksEqualTheChain, assertEndedOnce } from './asked.ts'
import { openField } from './field.ts'
import { isLong } from './length.ts'
import { storm, type Storm } from './load.ts'
import { anvilStage, simulatedStage, type Stage } from './stage.ts'

const load: Storm = isLong ? { payouts: 150, kills: 60 } : { payouts: 24, kills: 6 }

/** Of each payout: paid once, or proved to have failed and its money back. */
async function play(t: TestContext, make: (db: Db) => Stage | Promise<Stage>): Promise<void> {
  await using field = await openField(make, 1)
  const [payer] = field.payers
  assert.ok(payer)
  const orders = await storm(field, load)
  const ends = new Map<string, number>()
  for (const order of orders) {
    const status = await assertEndedOnce(field, field.ctx, { payer, order })
    ends.set(status, (ends.get(status) ?? 0) + 1)
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(ends)))
  assert.ok((ends.get('completed') ?? 0) > orders.length / 2, 'most of them were paid')
  await field.mine(field.stage.finalBlocks)
  await assertBooksEqualTheChain(field)
}

test('payouts of one organization survive killed workers and forks of a simulated chain', (t) =>
  play(t, (db) => simulatedStage(db, 'USDT_BSC')))

test('payouts of one organization survive killed workers and forks of a real EVM node', (t) =>
  play(t, () => anvilStage('TUSD')))
