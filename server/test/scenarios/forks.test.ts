import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finalBlocksOf, heldBy, setScene, stages, type Stage } from './scene.ts'

// Forks of 1, 2 and 7 blocks: each takes one transaction for good and mines another again. The
// table of all scenarios is in `scene.ts`.

type Fork = Readonly<{
  stage: Stage
  depth: number
  /** Whether the customer had been credited with what the fork takes. */
  credited: boolean
}>

const forks: readonly Fork[] = Object.values(stages).flatMap((stage) =>
  [1, 2, 7].flatMap((depth) => [false, true].map((credited) => ({ stage, depth, credited }))),
)

for (const fork of forks) {
  const blocks = fork.depth === 1 ? '1 block' : `${fork.depth} blocks`
  const when = fork.credited ? 'below what was credited' : 'above what was credited'
  test(`a fork of ${blocks} on ${fork.stage.name}, ${when}`, () => play(fork))
}

/**
 * Planted faults: a block too many is kept below the fork; a transaction that is mined again stays
 * in its old block.
 */
async function play({ stage, depth, credited }: Fork): Promise<void> {
  await using scene = await setScene(stage)
  const { asset } = scene
  const address = await scene.openWallet('c1')
  if (credited) await scene.creditEarly('1000')
  await scene.begin()
  await scene.mine(7)
  const lost = await scene.send(address, '12.5')
  await scene.send(address, '4')
  await scene.mine(credited ? depth : 1)
  const purpose = credited ? 'customer.wallet' : 'deposits.pending'
  assert.deepEqual(await scene.holdings(), heldBy(purpose, asset, '16.5'))
  await scene.fork(depth, [lost])
  assert.deepEqual(await scene.holdings(), heldBy(purpose, asset, '4'))
  await scene.toFinal()
  assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', asset, '4'))
  await scene.endsAsFresh()
}

for (const stage of Object.values(stages)) {
  test(`a fork of final blocks on ${stage.name}, and a deeper one, and coins that come anew`, async () => {
    await using scene = await setScene(stage)
    const { asset } = scene
    const address = await scene.openWallet('c1')
    await scene.begin()
    await scene.mine(3)
    const first = await scene.send(address, '12.5')
    const second = await scene.send(address, '12.5')
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', asset, '25'))
    await scene.fork(finalBlocksOf(asset), [first])
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', asset, '12.5'))
    await scene.fork(2 * finalBlocksOf(asset), [second])
    assert.deepEqual(await scene.holdings(), {})
    await scene.send(address, '3')
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', asset, '3'))
    await scene.endsAsFresh()
  })
}
