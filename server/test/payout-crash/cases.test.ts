import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUMP_AFTER_MS } from '../../src/custody/outgoing/outgoing.ts'
import { assertPaidOnce } from './asked.ts'
import type { Order } from './order.ts'
import { SCENES, setScene, type Scene } from './scene.ts'

const AFTER_FAILURE_MS = 61_000

/** Tells it of each stage. */
function play(name: string, story: (scene: Scene) => Promise<void>): void {
  for (const [stage, make] of Object.entries(SCENES)) {
    test(`${name} (${stage})`, async () => {
      await using scene = await setScene(make)
      await story(scene)
    })
  }
}

const assertPaid = ({ field, ctx, payer }: Scene, order: Order): Promise<void> =>
  assertPaidOnce(field, ctx, { payer, order })

const hashesOf = async (scene: Scene): Promise<readonly string[]> =>
  (await scene.transactions()).map((one) => one.tx_hash)

play(
  'a broadcast whose answer is lost and that is mined all the same is paid once',
  async (scene) => {
    const asked = await scene.ask()
    scene.broadcasts('arrive unanswered')
    await scene.work()
    assert.equal((await hashesOf(scene)).length, 1)
    await scene.mine(1)
    scene.broadcasts('arrive')
    await scene.pass(AFTER_FAILURE_MS)
    await scene.toTheEnd()
    assert.equal((await hashesOf(scene)).length, 1)
    await assertPaid(scene, asked)
  },
)

play('what a node accepted and forgot is handed to it again, and paid once', async (scene) => {
  const asked = await scene.ask()
  await scene.work()
  const [txHash = ''] = await hashesOf(scene)
  await scene.drop(txHash)
  await scene.mine(2)
  await scene.toTheEnd()
  assert.deepEqual(await hashesOf(scene), [txHash])
  await assertPaid(scene, asked)
})

/** Seen to fail where a refusal of what may be out already released its hold and its key. */
play('what a node took and forgot may come back: no refusal after that ends it', async (scene) => {
  const asked = await scene.ask()
  await scene.work()
  const [first] = await scene.transactions()
  assert.ok(first)
  await scene.drop(first.tx_hash)
  scene.broadcasts('are refused')
  await scene.pass(AFTER_FAILURE_MS)
  await scene.pass(AFTER_FAILURE_MS)
  scene.broadcasts('arrive')
  await scene.handIn(first.signed)
  await scene.mine(1)
  await scene.toTheEnd()
  await assertPaid(scene, asked)
})

/** Seen to fail where it had failed, and its hold was released, as soon as it took too long. */
play('mined under a higher fee: the transaction that replaced a stuck one pays', async (scene) => {
  const asked = await scene.ask()
  await scene.work()
  await scene.pass(BUMP_AFTER_MS)
  const [first, second] = await scene.transactions()
  assert.ok(first !== undefined && second !== undefined)
  assert.deepEqual(second.slots, first.slots)
  await scene.toTheEnd()
  await assertPaid(scene, asked)
})

/** Seen to fail where a replacement used another nonce. */
play('mined after it was replaced: the first transaction pays, and no other', async (scene) => {
  const asked = await scene.ask()
  await scene.work()
  await scene.pass(BUMP_AFTER_MS)
  const [first, second] = await scene.transactions()
  assert.ok(first !== undefined && second !== undefined)
  await scene.drop(second.tx_hash)
  await scene.handIn(first.signed)
  await scene.mine(1)
  await scene.toTheEnd()
  await assertPaid(scene, asked)
  await assert.rejects(scene.handIn(second.signed), 'what was replaced is worth nothing now')
})

play('a fork takes its block back and drops it: it is handed in again', async (scene) => {
  const asked = await scene.ask()
  await scene.work()
  const [txHash = ''] = await hashesOf(scene)
  await scene.mine(2)
  await scene.pass(6_000)
  await scene.fork(2, [txHash])
  await scene.toTheEnd()
  assert.deepEqual(await hashesOf(scene), [txHash])
  await assertPaid(scene, asked)
})

play('a gap of nonces: the transaction before is lost, both are paid once', async (scene) => {
  const asked = [await scene.ask(), await scene.ask()]
  await scene.work()
  const [first = ''] = await hashesOf(scene)
  await scene.drop(first)
  await scene.mine(2)
  await scene.toTheEnd()
  assert.equal((await hashesOf(scene)).length, asked.length)
  for (const one of asked) await assertPaid(scene, one)
})
