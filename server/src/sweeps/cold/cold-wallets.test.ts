import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import {
  COLD,
  ColdWallet,
  coldWorld,
  planOfCold,
  putCold,
  sendCold,
  SETTINGS,
  toTheEnd,
  Transfer,
  transferOf,
  treasuryOf,
} from '../../../test/cold-world.ts'
import { dataOf, PAYEES, payoutWorld, refusalIn } from '../../../test/payout-world.ts'
import { USDT, usdt } from '../../../test/supply-world.ts'
import { dueOutgoings, sendDue } from '../../../test/sweep-world.ts'
import { CHANGE_DELAY_MS } from './cold-wallet.ts'

/** Planted faults: the first terms are in force at once; the same again begins the delay anew. */
test('a first cold wallet is in force a day later, and not a moment before', async () => {
  await using world = await payoutWorld()
  await world.fund('BNB', '1')
  await world.fund(USDT, '100')
  assert.deepEqual(refusalIn(await sendCold(world)), [404, 'cold_wallet_unknown'])
  const set = dataOf(ColdWallet, await putCold(world))
  assert.equal(set.in_force, null)
  assert.deepEqual([set.next?.address, set.next?.keep], [COLD, '30'])
  assert.deepEqual(refusalIn(await sendCold(world)), [409, 'cold_wallet_waits'])
  await world.pass(CHANGE_DELAY_MS - 1_000)
  dataOf(ColdWallet, await putCold(world))
  assert.deepEqual(refusalIn(await sendCold(world)), [409, 'cold_wallet_waits'])
  await world.pass(1_000)
  assert.equal((await planOfCold(world)).amount, '70')
  const [viewed] = dataOf(z.array(ColdWallet), await world.call(SETTINGS))
  assert.deepEqual([viewed?.in_force, viewed?.next], [{ address: COLD, keep: '30' }, null])
  assert.deepEqual(await world.eventsOf(set.id), ['cold.wallet.changed'])
})

/** Planted fault: other terms take the place of those in force at once. */
test('coins go where they went until a change is a day old, and another one waits anew', async () => {
  await using world = await coldWorld('100')
  const { in_force, next } = dataOf(ColdWallet, await putCold(world, { address: PAYEES.evm }))
  assert.deepEqual([in_force?.address, next?.address], [COLD, PAYEES.evm])
  await world.pass(CHANGE_DELAY_MS - 1_000)
  dataOf(ColdWallet, await putCold(world, { address: PAYEES.evm, keep: '10' }))
  await world.pass(2_000)
  const { id } = dataOf(Transfer, await sendCold(world))
  assert.equal((await transferOf(world, id))['address'], COLD)
  const back = dataOf(ColdWallet, await putCold(world))
  assert.deepEqual([back.in_force?.address, back.next], [COLD, null])
})

/** Planted faults: what was planned goes on; the removed terms stay in force. */
test('removing works at once, and calls back what nobody has signed', async () => {
  await using world = await coldWorld('100')
  const before = await world.holdings()
  const { id } = dataOf(Transfer, await sendCold(world))
  const remove = () => world.call(`${SETTINGS}?currency=${USDT}`, { method: 'DELETE' })
  const removed = dataOf(ColdWallet, await remove())
  const gone = await transferOf(world, id)
  assert.deepEqual([gone.status, gone.problem], ['failed', 'the cold wallet was removed'])
  assert.deepEqual(await dueOutgoings(world), [])
  assert.deepEqual(await world.holdings(), before)
  assert.deepEqual(refusalIn(await sendCold(world)), [404, 'cold_wallet_unknown'])
  assert.deepEqual(refusalIn(await remove()), [404, 'cold_wallet_unknown'])
  assert.deepEqual(await world.eventsOf(removed.id), ['cold.wallet.changed', 'cold.wallet.removed'])
})

test('removing does not stop what may be in the chain', async () => {
  await using world = await coldWorld('100')
  const { id } = dataOf(Transfer, await sendCold(world))
  for (let step = 0; step < 3; step += 1) await sendDue(world)
  dataOf(ColdWallet, await world.call(`${SETTINGS}?currency=${USDT}`, { method: 'DELETE' }))
  await toTheEnd(world)
  assert.equal((await transferOf(world, id)).status, 'completed')
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: the address is taken as it is given. */
test('only an address outside, of its network and no contract, can be a cold wallet', async () => {
  await using world = await payoutWorld()
  const wallet = { customer_id: 'c', currency: 'USDT', network: 'BSC' }
  const opened = dataOf(
    z.looseObject({ deposit_address: z.string() }),
    await world.post('/v1/wallets', wallet),
  )
  const bad: readonly (readonly [object, readonly [number, string]])[] = [
    [{ address: 'nonsense' }, [400, 'destination_invalid']],
    [{ address: PAYEES.tron }, [400, 'destination_invalid']],
    [{ address: usdt.contract ?? '' }, [400, 'destination_is_token']],
    [{ address: opened.deposit_address }, [400, 'destination_is_ours']],
    [{ address: await treasuryOf(world) }, [400, 'destination_is_ours']],
    [{ keep: '-1' }, [400, 'invalid_request']],
    [{ keep: '0.0000000000000000001' }, [400, 'amount_too_precise']],
    [{ currency: 'NOPE' }, [400, 'unknown_currency']],
    [{ network: 'Mars' }, [400, 'unknown_network']],
  ]
  for (const [more, refused] of bad) {
    assert.deepEqual(refusalIn(await putCold(world, more)), refused, JSON.stringify(more))
  }
  const wrong = await putCold(world, { address: PAYEES.tron })
  assert.match(wrong.text, /Tron/i)
  assert.deepEqual(dataOf(z.array(ColdWallet), await world.call(SETTINGS)), [])
})

test('what is not there is told as not there', async () => {
  await using world = await payoutWorld()
  const refusals = [
    ['/v1/sweeps/cold/cold_x', 404, 'cold_transfer_unknown'],
    ['/v1/sweeps/cold?cursor=cold_x', 400, 'cold_place_unknown'],
    [`/v1/sweeps/cold/plan?currency=${USDT}`, 404, 'cold_wallet_unknown'],
    ['/v1/sweeps/cold/plan?currency=NOPE', 400, 'unknown_currency'],
  ] as const
  for (const [path, ...refused] of refusals) {
    assert.deepEqual(refusalIn(await world.call(path)), refused, path)
  }
})
