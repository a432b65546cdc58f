import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../database.ts'
import { copyDatabase } from './copy-database.ts'
import { assertBooksEqualTheChain, assertPaidOnce } from './asked.ts'
import type { Order } from './order.ts'
import { restored, SCENES, setScene, type Scene } from './scene.ts'
import { bitcoinStage, type Stage } from './stage.ts'

// The database is brought back from a copy that is older than what happened on the chain since; the
// client asks for the same again by the same name. What is sent has the id of its name, so that the
// signer says what it signed; and what it signed is followed and booked, whatever is asked for now.
//
// Seen to pay twice where dispatches had ids by chance, and to differ from the chain where the
// terms of the second request were booked.

/** How far the payout was when the copy was made. */
const COPIES = {
  'it was asked for': (): Promise<void> => Promise.resolve(),
  'its transaction was planned': async (scene: Scene): Promise<Order> => scene.ask(),
} as const

/** How far it came before the database was lost. */
const LOSSES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'waits in the mempool': () => Promise.resolve(),
  'is in a block': ({ mine }) => mine(1),
  'is final and booked': (scene) => scene.toTheEnd(),
}

const STAGES = { ...SCENES, Bitcoin: (): Promise<Stage> => bitcoinStage() } as const

for (const [stage, make] of Object.entries(STAGES)) {
  for (const [copied, before] of Object.entries(COPIES)) {
    for (const [where, lose] of Object.entries(LOSSES)) {
      test(`a copy from before ${copied}, of a payout that ${where}, on ${stage}`, async () => {
        await using scene = await setScene(make)
        await using older = await testDatabase()
        const early = await before(scene)
        await copyDatabase(scene.ctx.db, older.db)
        const order = early ?? (await scene.ask())
        await scene.work()
        assert.equal((await scene.transactions()).length, 1)
        await lose(scene)

        const after = await restored(scene, older.db)
        await after.field.look(after.ctx)
        await after.ask(order)
        await after.toTheEnd()
        await assertPaidOnce(after.field, after.ctx, { payer: after.payer, order })
        await assertBooksEqualTheChain(after.field, after.ctx)
      })
    }
  }
}

/**
 * Of two payouts in one transaction the first is not asked for again. Seen to pay the other twice
 * while the signer knew what it had signed by the first name alone.
 */
test('what was paid together with others is not paid again without them, on Bitcoin', async () => {
  await using scene = await setScene(STAGES.Bitcoin)
  await using older = await testDatabase()
  await copyDatabase(scene.ctx.db, older.db)
  const orders = [await scene.ask(), await scene.ask()]
  await scene.work()
  assert.equal((await scene.transactions()).length, 1)
  await scene.toTheEnd()

  for (const order of orders) {
    const copy = await testDatabase()
    await using _copy = copy
    await copyDatabase(older.db, copy.db)
    const after = await restored(scene, copy.db)
    await after.field.look(after.ctx)
    const before = await after.field.heldAt(after.payer, order.to)
    await after.ask(order)
    await after.work()
    await after.mine(1)
    await after.pass(6_000)
    assert.deepEqual(await after.transactions(), [])
    assert.equal(await after.field.heldAt(after.payer, order.to), before)
    const [row] = await after.ctx.db.query<{ problem: string }>(
      'select problem from outgoing where due_at is null',
    )
    assert.match(row?.problem ?? '', /signed (under this name )?before/)
  }
})
