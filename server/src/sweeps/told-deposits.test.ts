import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payoutWorld } from '../../test/payout-world.ts'

const USDT = 'USDT_BSC'

/** Seen to fail with losses that are not told. */
test('coins at an own address are told when they are on the balance, and when a fork takes them', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  const told = async () =>
    (await world.events()).filter((one) => one.type.startsWith('treasury.deposit.'))
  const [came, ...others] = await told()
  assert.ok(came !== undefined)
  assert.deepEqual(others, [])
  assert.equal(came.type, 'treasury.deposit.completed')
  assert.deepEqual([came.data['amount'], came.data['credited_amount']], ['1000', '1000'])
  await world.node(USDT).reorg(21, [String(came.data['tx_hash'])])
  await world.mine(USDT, 20)
  const [, lost, ...more] = await told()
  assert.deepEqual(more, [])
  assert.equal(lost?.type, 'treasury.deposit.reverted')
  assert.equal(lost?.objectId, came.objectId)
  assert.equal(lost?.data['credited_amount'], '0')
  assert.equal(await world.available(USDT), 0n)
})
