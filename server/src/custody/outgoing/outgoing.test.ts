import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilPowerCut, PowerCut } from '../../../test/custody-world.ts'
import {
  FUNDED,
  outgoingDatabase,
  outgoingWorld,
  planned,
  slotsOf,
  stateOf,
  steps,
  toTheEnd,
} from '../../../test/outgoing-world.ts'
import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { BUMP_AFTER_MS } from './outgoing.ts'
import { sendOutgoing } from './send-outgoing.action.ts'

const DAY_MS = 24 * 60 * 60_000

test('what is planned is built, signed, sent, mined and settled with the fee it cost', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  assert.equal(await toTheEnd(world, key), 'final')
  assert.equal(await world.paid(), 500n)
  const [ended] = await world.ended()
  assert.equal(ended?.state, 'final')
  assert.equal(await world.left(), FUNDED - 500n - (ended.fee ?? 0n))
  assert.deepEqual(await world.db.query('select 1 from sending_key'), [])
})

test('the same thing is planned once', async () => {
  await using world = await outgoingWorld()
  await planned(world)
  assert.equal(await world.plan(700n), undefined)
})

/** Planted fault: that a transaction may be out is not written down before it is broadcast. */
test('cut short at any step, it is paid exactly once and told exactly once', async () => {
  await using database = await outgoingDatabase()
  for (let cut = 0; ; cut += 1) {
    await using world = await outgoingWorld(database)
    const key = await planned(world)
    let count = 0
    const trip = (): Promise<void> => {
      count += 1
      return count === cut + 1 ? Promise.reject(new PowerCut()) : Promise.resolve()
    }
    for (let step = 0; step < 7; step += 1) {
      await untilPowerCut(sendOutgoing(world.sendCtx(trip), key))
      if (step > 2) await world.node.mine(15)
    }
    if (count <= cut) break
    assert.equal(await toTheEnd(world, key), 'final', `cut ${cut}`)
    assert.equal(await world.paid(), 500n, `cut ${cut}`)
    assert.equal((await world.ended()).length, 1, `cut ${cut}`)
    assert.equal((await stateOf(world.db, key)).attempts, 1, `cut ${cut}`)
  }
})

/** Planted fault: whoever was overtaken goes on all the same. */
test('workers that do the same thing at once pay it once', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  for (let round = 0; round < 8; round += 1) {
    await Promise.all([1, 2, 3].map(() => sendOutgoing(world.sendCtx(), key)))
    await world.node.mine(5)
  }
  assert.equal((await stateOf(world.db, key)).state, 'final')
  assert.equal(await world.paid(), 500n)
  assert.equal((await world.ended()).length, 1)
})

/** Planted fault: keys are not taken. */
test('a key builds one thing after the other, and many of them wait for their blocks', async () => {
  await using world = await outgoingWorld()
  const first = await planned(world, 500n, 'po_1')
  const second = await planned(world, 700n, 'po_2')
  await steps(world.sendCtx(), first, 2)
  await steps(world.sendCtx(), second, 3)
  assert.deepEqual(await stateOf(world.db, second), {
    state: 'planned',
    problem: 'its sender is busy',
    attempts: 0,
  })
  await steps(world.sendCtx(), first, 1)
  await steps(world.sendCtx(), second, 3)
  assert.deepEqual(
    [await stateOf(world.db, first), await stateOf(world.db, second)].map((one) => one.state),
    ['sent', 'sent'],
  )
  assert.deepEqual(await slotsOf(world), [`nonce:${world.own}:0`, `nonce:${world.own}:1`])
  assert.equal(await toTheEnd(world, second), 'final')
  assert.equal(await toTheEnd(world, first), 'final')
  assert.equal(await world.paid(), 1_200n)
})

test('a stuck transaction is replaced by one that pays more, and either may win', async () => {
  for (const winner of ['the first', 'the second']) {
    await using world = await outgoingWorld()
    const key = await planned(world)
    await steps(world.sendCtx(), key, 3)
    await world.node.behave({ fee: units(5_000n) })
    world.clock.advance(BUMP_AFTER_MS)
    await steps(world.sendCtx(), key, 1)
    assert.equal((await stateOf(world.db, key)).state, 'built')
    await steps(world.sendCtx(), key, 1)
    if (winner === 'the first') await world.node.behave({ fee: units(1n) })
    if (winner === 'the first') await world.node.mine(1)
    await steps(world.sendCtx(), key, 1)
    assert.equal(await toTheEnd(world, key), 'final', winner)
    assert.equal(await world.paid(), 500n, winner)
    assert.equal((await world.ended()).length, 1)
    assert.equal((await stateOf(world.db, key)).attempts, 2)
  }
})

test('a node that forgets what it took is told again', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await world.node.behave({ forgetBroadcasts: true })
  await steps(world.sendCtx(), key, 6)
  assert.equal(await world.paid(), 0n)
  await world.node.behave({ forgetBroadcasts: false })
  assert.equal(await toTheEnd(world, key), 'final')
  assert.equal(await world.paid(), 500n)
})

test('what every node refuses at once has failed, and its sender is free', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await world.node.behave({ refuseBroadcasts: true })
  await steps(world.sendCtx(), key, 4)
  assert.equal((await stateOf(world.db, key)).state, 'failed')
  await world.node.behave({ refuseBroadcasts: false })
  assert.equal(await toTheEnd(world, await planned(world, 40n, 'po_2')), 'final')
  assert.equal(await world.paid(), 40n)
})

/** Planted fault: a refusal after an answer that was lost is taken for a proof. */
test('a refusal proves nothing when an earlier broadcast may have arrived', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await steps(world.sendCtx(), key, 2)
  await world.node.behave({ halt: true })
  await assert.rejects(sendOutgoing(world.sendCtx(), key), (error) =>
    isError(error, 'chain.unreachable'),
  )
  await world.node.behave({ halt: false, refuseBroadcasts: true })
  for (let look = 0; look < 5; look += 1) await steps(world.sendCtx(), key, 1)
  assert.equal((await stateOf(world.db, key)).state, 'sent')
  await world.node.behave({ refuseBroadcasts: false })
  assert.equal(await toTheEnd(world, key), 'final')
})

/**
 * Planted faults: patience counts from when it was planned; what others have on their way is not
 * looked at.
 */
test('what cannot be paid for fails a day after its first try, with nothing else on its way', async () => {
  for (const isAlone of [true, false]) {
    await using world = await outgoingWorld()
    const key = await planned(world)
    const other = await planned(world, 700n, 'po_2')
    if (!isAlone) await steps(world.sendCtx(), other, 3)
    world.clock.advance(2 * DAY_MS)
    await world.node.behave({ fee: units(5_000_000n) })
    const stateAfter = async (ms: number): Promise<string> => {
      world.clock.advance(ms)
      await steps(world.sendCtx(), key, 1)
      return (await stateOf(world.db, key)).state
    }
    assert.equal(await stateAfter(0), 'planned')
    assert.equal(await stateAfter(DAY_MS - 1), 'planned')
    assert.equal(await stateAfter(1), isAlone ? 'failed' : 'planned')
    await world.node.behave({ fee: units(1n) })
    assert.equal(await toTheEnd(world, key), isAlone ? 'failed' : 'final')
  }
})

test('what the signer refuses was never sent', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await steps(world.sendCtx(), key, 1)
  const sign = () => Promise.reject(new AppError('signer.refused', { code: 'x', problem: 'no' }))
  await sendOutgoing({ ...world.sendCtx(), sign }, key)
  assert.equal((await stateOf(world.db, key)).state, 'failed')
  assert.deepEqual(
    (await world.ended()).map((one) => one.state),
    ['failed'],
  )
})

test('a fork that takes it back below finality brings the same transaction in again', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await steps(world.sendCtx(), key, 3)
  await world.node.mine(2)
  await steps(world.sendCtx(), key, 1)
  const [row] = await world.db.query<{ tx_hash: string }>('select tx_hash from outgoing_attempt')
  assert.ok(row !== undefined)
  assert.equal((await stateOf(world.db, key)).state, 'mined')
  await world.node.reorg(2, [row.tx_hash])
  await steps(world.sendCtx(), key, 1)
  assert.equal((await stateOf(world.db, key)).state, 'sent')
  assert.equal(await toTheEnd(world, key), 'final')
  assert.equal(await world.paid(), 500n)
})

/** Planted fault: one look suffices. */
test('what another transaction excluded has failed, once that is seen repeatedly', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  await world.node.behave({ forgetBroadcasts: true })
  await steps(world.sendCtx(), key, 3)
  await world.node.behave({ forgetBroadcasts: false })
  const elsewhere = await world.sender.build(world.request(9n))
  await world.sender.broadcast(world.signed(elsewhere.bytes).bytes)
  await world.node.mine(20)
  await steps(world.sendCtx(), key, 2)
  assert.equal((await stateOf(world.db, key)).state, 'sent')
  await steps(world.sendCtx(), key, 1)
  assert.equal((await stateOf(world.db, key)).state, 'failed')
  assert.equal(await world.paid(), 9n)
})
