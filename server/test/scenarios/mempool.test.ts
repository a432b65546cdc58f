import assert from 'node:assert/strict'
import { test } from 'node:test'
import { depositsOf } from '../../src/custody/read-custody.action.ts'
import { heldBy, setScene, stages, type Scene } from './scene.ts'

// Transactions that were seen and never came into a block. The table of all scenarios is in
// `scene.ts`.

/** What is known of coins at the wallet of a scene, by amount. */
async function levels({ world }: Scene, walletId: string): Promise<readonly string[]> {
  const owner = { kind: 'wallet', id: walletId } as const
  const deposits = await depositsOf(world.ctx.db, world.book.bookId, owner)
  return deposits.map((one) => one.level).toSorted()
}

// Planted fault: what left the mempool is never called gone.
for (const stage of Object.values(stages)) {
  test(`a transaction that is replaced before a block holds it, on ${stage.name}`, async () => {
    await using scene = await setScene(stage)
    const { address, id } = await scene.openWalletOf('c1')
    await scene.begin()
    const txHash = await scene.send(address, '5', { kind: 'replaceable' })
    await scene.send(address, '2')
    assert.deepEqual(await scene.holdings(), {})
    assert.deepEqual(await levels(scene, id), ['seen', 'seen'])
    await scene.node.replace(txHash)
    await scene.toFinal()
    assert.deepEqual(await levels(scene, id), ['final', 'reverted'])
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', scene.asset, '2'))
    await scene.endsAsFresh()
  })

  test(`a transaction that falls out of the mempool, on ${stage.name}`, async () => {
    await using scene = await setScene(stage)
    const { address, id } = await scene.openWalletOf('c1')
    await scene.begin()
    const txHash = await scene.send(address, '5')
    await scene.send(address, '2')
    assert.deepEqual(await scene.holdings(), {})
    await scene.fork(0, [txHash])
    assert.deepEqual(await levels(scene, id), ['reverted', 'seen'])
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', scene.asset, '2'))
    await scene.endsAsFresh()
  })
}
