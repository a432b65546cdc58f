import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { realBitcoind } from '../bitcoind.ts'
import { atEveryStep, killed, lagging, type Fate } from './every-step.ts'
import { openField, type Field } from './field.ts'
import { isLong } from './length.ts'
import { bitcoindStage, bitcoinStage, type Stage } from './stage.ts'

const TOGETHER = 3
const load = { ordersEach: TOGETHER, counted: isLong ? 'every step' : 'changes' } as const
const SIDE_BY_SIDE = 40

/** Every payer's payouts go out in one transaction, unless they were cut off from one another. */
async function play(t: TestContext, make: () => Promise<Stage>, fate: Fate): Promise<void> {
  await using field = await openField(make, SIDE_BY_SIDE)
  const names = await atEveryStep(field, load, fate)
  const together = await dispatchesOfAll(field)
  t.diagnostic(`${names.length} steps, ${together} transactions for ${TOGETHER} payouts each`)
  assert.ok(together > 0)
}

async function dispatchesOfAll({ ctx }: Field): Promise<number> {
  const rows = await ctx.db.query(
    'select dispatch_id from payout group by book_id, dispatch_id having count(*) = $1',
    [TOGETHER],
  )
  return rows.length
}

test('killed at any step on Bitcoin, payouts in one transaction are paid exactly once', (t) =>
  play(t, bitcoinStage, killed))

test('on Bitcoin a worker that stood still pays nothing twice', (t) =>
  play(t, bitcoinStage, lagging))

const binary = realBitcoind()

if (binary === undefined) {
  const why = 'BITCOIND names no program, and COFFER_REAL_BITCOIND=download was not asked for'
  test('the same on a real bitcoind, for payouts', { skip: why })
} else {
  test('killed at any step on a real bitcoind, payouts are paid exactly once', (t) =>
    play(t, () => bitcoindStage(binary), killed))
}
