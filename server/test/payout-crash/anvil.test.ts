import { test } from 'node:test'
import { atEveryStep, killed, lagging } from './every-step.ts'
import { openField } from './field.ts'
import { isLong } from './length.ts'
import { anvilStage } from './stage.ts'

const SIDE_BY_SIDE = 48
const load = { ordersEach: 1, counted: isLong ? 'every step' : 'changes' } as const

/** Invariant 4 against SIGKILL, on a real EVM node. */
test('killed at any step on a real EVM node, a payout of a token is paid exactly once', async (t) => {
  await using field = await openField(() => anvilStage('TUSD'), SIDE_BY_SIDE)
  const names = await atEveryStep(field, load, killed)
  t.diagnostic(`${names.length} steps`)
})

test('on a real EVM node a worker that stood still pays no coin twice', async (t) => {
  await using field = await openField(() => anvilStage('ETH_ANVIL'), SIDE_BY_SIDE)
  const names = await atEveryStep(field, load, lagging)
  t.diagnostic(`${names.length} steps`)
})
