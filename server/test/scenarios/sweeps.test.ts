import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stages } from './scene.ts'
import { setSweepScene } from './sweep-scene.ts'

// Sweeps while blocks are taken back and coins come and go. The table of all scenarios is in
// `scene.ts`.

const DAY_MS = 24 * 60 * 60_000

// Planted faults: what was mined once is waited for, whatever became of its block; coins that move
// between addresses of ours come in again; a sweep takes less than was planned; what an earlier
// sweep took along is planned for again; keys are not given back.
for (const stage of [stages.bsc, stages.anvil]) {
  for (const fate of ['mined again', 'dropped'] as const) {
    test(`a sweep whose block is taken back and that is ${fate}, on ${stage.name}`, async () => {
      await using scene = await setSweepScene(stage, ['250.5', '40'])
      const id = await scene.startSweep()
      await scene.stepTo('sent')
      await scene.mine(2)
      await scene.stepTo('mined')
      await scene.fork(2, fate === 'dropped' ? [await scene.sweepTx()] : [])
      assert.equal(await scene.onChain(scene.treasury), fate === 'dropped' ? '0' : '290.5')
      await scene.sendAll()
      assert.equal(await scene.statusOf(id), 'completed')
      assert.equal(await scene.onChain(scene.treasury), '290.5')
      assert.deepEqual(await scene.left(), {})
      await scene.endsClean()
    })
  }

  test(`a deposit that is taken back after its sweep was planned, on ${stage.name}`, async () => {
    await using scene = await setSweepScene(stage, ['250'])
    const [stays = ''] = scene.wallets
    const goes = await scene.openWallet('late')
    const lost = await scene.send(goes, '40')
    await scene.toFinal()
    const id = await scene.startSweep()
    await scene.fork(14, [lost])
    await scene.step()
    assert.equal(await scene.onChain(scene.treasury), '0')
    // Nothing is sent that is not what was planned; after a day it is given up.
    await scene.world.pass(DAY_MS)
    await scene.sendAll()
    assert.equal(await scene.statusOf(id), 'failed')
    assert.deepEqual(await scene.left(), { [stays]: '250' })
    const second = await scene.startSweep()
    await scene.sendAll()
    assert.equal(await scene.statusOf(second), 'completed')
    assert.equal(await scene.onChain(scene.treasury), '250')
    await scene.endsClean()
  })

  for (const moment of ['planned', 'signed', 'mined'] as const) {
    test(`a deposit that arrives while its sweep is ${moment}, on ${stage.name}`, async () => {
      await using scene = await setSweepScene(stage, ['250'])
      const [address = ''] = scene.wallets
      const id = await scene.startSweep()
      if (moment === 'mined') {
        await scene.stepTo('sent')
        await scene.mine(1)
      }
      await scene.stepTo(moment)
      await scene.send(address, '7')
      await scene.mine(1)
      await scene.sendAll()
      assert.equal(await scene.statusOf(id), 'completed')
      await scene.toFinal()
      // Whatever the first sweep took along: the books know where the coins are, and a second one
      // brings what is left.
      await scene.endsClean()
      if (Object.keys(await scene.left()).length > 0) {
        const second = await scene.startSweep()
        await scene.sendAll()
        assert.equal(await scene.statusOf(second), 'completed')
      }
      assert.equal(await scene.onChain(scene.treasury), '257')
      assert.deepEqual(await scene.left(), {})
      await scene.endsClean()
    })
  }
}

/** Planted fault: a fork leaves alone what was final. */
test('a fork that takes a deposit from under a sweep that is mined again, on real anvil', async () => {
  await using scene = await setSweepScene(stages.anvil, ['250'])
  const late = await scene.openWallet('late')
  const lost = await scene.send(late, '40')
  await scene.toFinal()
  const id = await scene.startSweep()
  await scene.stepTo('sent')
  await scene.mine(1)
  await scene.stepTo('mined')
  assert.equal(await scene.onChain(scene.treasury), '290')
  await scene.fork(14, [lost])
  await scene.sendAll()
  assert.equal(await scene.statusOf(id), 'completed')
  assert.equal(await scene.onChain(scene.treasury), '250')
  assert.deepEqual(await scene.left(), {})
  const { 'customer.wallet TUSD': credited } = await scene.holdings()
  assert.equal(credited, 250_000_000n)
  await scene.endsClean()
})
