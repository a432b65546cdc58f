import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  COLD,
  coldWorld,
  DEAR,
  moveColdDue,
  onChain,
  planOfCold,
  sendCold,
  settleCold,
  toTheEnd,
  Transfer,
  transferOf,
  transfersOf,
  treasuryOf,
  WHOLE,
} from '../../../test/cold-world.ts'
import { dataOf, PAYEES, payoutIn, payoutWorld, refusalIn } from '../../../test/payout-world.ts'
import { paidWallets, USDT } from '../../../test/supply-world.ts'
import { dueOutgoings, sendDue } from '../../../test/sweep-world.ts'
import { lockOutgoing } from '../../custody/outgoing/outgoing.store.ts'
import { units } from '../../money/units.ts'
import { inDbTx } from '../../shell/db.ts'
import { coldEnded } from './end-cold.action.ts'

/**
 * Planted faults: the end of a sweep asks for nothing; what goes cold is booked as spent; the fee
 * is not booked.
 */
test('after a sweep what is beyond the rest that stays goes to the cold wallet by itself', async () => {
  await using world = await payoutWorld()
  await settleCold(world)
  await paidWallets(world, ['100', '20'])
  const before = await world.holdings()
  const swept = await world.post('/v1/sweeps', { currency: USDT })
  assert.equal(swept.status, 202, swept.text)
  await toTheEnd(world)
  const [transfer, ...others] = await transfersOf(world)
  assert.deepEqual(others, [])
  assert.deepEqual([transfer?.status, transfer?.amount], ['completed', '90'])
  const held = await world.holdings()
  assert.equal(held['customer.wallet USDT_BSC'], before['customer.wallet USDT_BSC'])
  assert.equal(held['custody.cold USDT_BSC'], 90n * WHOLE)
  assert.equal(held['custody USDT_BSC'], 30n * WHOLE)
  assert.equal(await onChain(world, COLD), 90n * WHOLE)
  assert.equal(await onChain(world, await treasuryOf(world)), 30n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
  const types = await world.eventsOf(transfer?.id ?? '')
  assert.deepEqual(types, ['cold.transfer.created', 'cold.transfer.completed'])
})

/** Planted faults: the fee is not booked; what goes cold is booked as spent. */
test('a plan shows every amount, and a transfer by hand sends just that', async () => {
  await using world = await coldWorld('100')
  const plan = await planOfCold(world)
  assert.deepEqual(
    [plan.held, plan.keep, plan.reserved, plan.amount, plan.worthwhile],
    ['100', '30', '0', '70', true],
  )
  const { id } = dataOf(Transfer, await sendCold(world))
  assert.deepEqual(refusalIn(await sendCold(world)), [409, 'cold_transfer_running'])
  await toTheEnd(world)
  const done = await transferOf(world, id)
  assert.deepEqual([done.status, done.amount], ['completed', '70'])
  const { 'fees.network BNB': fee = 0n } = await world.holdings()
  assert.equal(done.fee, `0.${`${fee}`.padStart(18, '0').replace(/0+$/, '')}`)
  assert.equal(await onChain(world, COLD), 70n * WHOLE)
  assert.deepEqual(refusalIn(await sendCold(world)), [409, 'nothing_for_cold'])
  assert.equal((await planOfCold(world)).amount, '0')
  assert.equal(await world.available(USDT), 100n * WHOLE)
})

/** Planted fault: what payouts hold counts as beyond what stays. */
test('what payouts hold is not sent away, whether it waits or is on its way', async () => {
  await using world = await coldWorld('100')
  const payout = { amount: 40, currency: USDT, destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(payout))
  assert.deepEqual(
    [(await planOfCold(world)).reserved, (await planOfCold(world)).amount],
    ['40', '30'],
  )
  await world.dispatchDue()
  const { id: cold } = dataOf(Transfer, await (await onceLess(world), sendCold(world)))
  await toTheEnd(world)
  assert.equal((await world.payout(id)).status, 'completed')
  assert.equal((await transferOf(world, cold)).status, 'completed')
  assert.ok((await onChain(world, await treasuryOf(world))) >= 30n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

/** Until its end a dispatched payout counts as held and as on its way: less goes, never more. */
async function onceLess(world: Parameters<typeof planOfCold>[0]): Promise<void> {
  assert.equal((await planOfCold(world)).worthwhile, false)
  await world.fund(USDT, '50')
}

/** Planted fault: what a block holds counts at once. */
test('what arrived and a fork may yet take back is not sent', async () => {
  await using world = await coldWorld('100')
  await world.send({ to: await treasuryOf(world), currency: USDT, amount: '50' })
  await world.mine(USDT, 2)
  assert.equal((await planOfCold(world)).amount, '70')
  await world.mine(USDT, 20)
  assert.equal((await planOfCold(world)).amount, '120')
})

/** Planted fault: a transaction that was mined in vain is booked like an arrival. */
test('a transfer that the chain undid has cost its fee and nothing else', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  const before = await world.holdings()
  const { id } = dataOf(Transfer, await sendCold(world))
  const [key] = await dueOutgoings(world)
  assert.ok(key)
  const block = { height: 9, hash: '0x09' }
  const mined = { attempt: 1, block, succeeded: false, fee: units(7n) }
  await inDbTx(ctx, async (dbTx) => {
    const outgoing = await lockOutgoing(dbTx, key)
    await coldEnded(ctx)(dbTx, book, { outgoing, end: { kind: 'final', txHash: '0x1', mined } })
  })
  assert.equal((await transferOf(world, id)).status, 'failed')
  const due = await ctx.db.query('select due_at from cold_wallet')
  assert.deepEqual(due, [{ due_at: ctx.clock.now() + 3_600_000 }])
  const { 'custody BNB': bnb = 0n } = before
  const paid = { 'custody BNB': bnb - 7n, 'fees.network BNB': 7n }
  assert.deepEqual(await world.holdings(), { ...before, ...paid })
})

/** Planted fault: everything above what stays goes, whatever it costs. */
test('what is not worth its fee stays in the treasury', async () => {
  await using world = await coldWorld('30.01')
  await world.node(USDT).behave({ fee: DEAR })
  const plan = await planOfCold(world)
  assert.deepEqual([plan.amount, plan.worthwhile], ['0.01', false])
  assert.deepEqual(refusalIn(await sendCold(world)), [409, 'nothing_for_cold'])
})

/** Planted fault: the coin's own fee comes out of what should stay. */
test('of the coin that pays the fee as much stays as was said', async () => {
  await using world = await payoutWorld()
  await settleCold(world, { currency: 'BNB', keep: '2' })
  await world.fund('BNB', '5')
  const reply = await world.post('/v1/sweeps/cold', { currency: 'BNB' })
  const { id } = dataOf(Transfer, reply)
  await toTheEnd(world)
  assert.equal((await transferOf(world, id)).status, 'completed')
  const { 'custody BNB': hot = 0n, 'custody.cold BNB': cold = 0n } = await world.holdings()
  assert.ok(hot >= 2n * WHOLE && cold > (29n * WHOLE) / 10n, `${hot} ${cold}`)
  assert.deepEqual(await world.differences('BNB'), [])
})

/** Planted faults: a failure is booked like an arrival; only an arrival has the rest looked at. */
test('a transfer that every node refuses leaves the books as they were', async () => {
  await using world = await coldWorld('100')
  const before = await world.holdings()
  const { id } = dataOf(Transfer, await sendCold(world))
  await world.node(USDT).behave({ refuseBroadcasts: true })
  for (let step = 0; step < 4; step += 1) await sendDue(world)
  assert.equal((await transferOf(world, id)).status, 'failed')
  assert.deepEqual(await world.holdings(), before)
  assert.deepEqual(await world.eventsOf(id), ['cold.transfer.created', 'cold.transfer.failed'])
  await world.node(USDT).behave({ refuseBroadcasts: false })
  await moveColdDue(world)
  assert.equal((await transfersOf(world)).length, 1)
  world.ctx.clock.advance(3_600_000)
  await toTheEnd(world)
  assert.deepEqual(
    (await transfersOf(world)).map((one) => one.status),
    ['completed', 'failed'],
  )
  assert.equal(await onChain(world, COLD), 70n * WHOLE)
})

/** Planted fault: reconciling takes its coins for moved between addresses of ours. */
test('a fork that takes the block of a transfer back changes nothing in the books', async () => {
  await using world = await coldWorld('100')
  const { id } = dataOf(Transfer, await sendCold(world))
  while ((await onChain(world, COLD)) === 0n) {
    await sendDue(world)
    await world.mine(USDT, 1)
  }
  await sendDue(world)
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], undefined)
  assert.deepEqual(await world.differences(USDT), [])
  await world.node(USDT).reorg(1, [])
  await world.settle()
  assert.deepEqual(await world.differences(USDT), [])
  for (let step = 0; step < 12 && (await dueOutgoings(world)).length > 0; step += 1) {
    await sendDue(world)
    await world.mine(USDT, 4)
    world.ctx.clock.advance(60_000)
  }
  assert.equal((await transferOf(world, id)).status, 'completed')
  assert.equal(await onChain(world, COLD), 70n * WHOLE)
  assert.equal((await world.holdings())['custody.cold USDT_BSC'], 70n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: coins in the cold wallet are not spoken of. */
test('a payout whose coins lie cold waits, and says how much lies where', async () => {
  await using world = await coldWorld('100')
  await sendCold(world)
  await toTheEnd(world)
  const payout = { amount: 60, currency: USDT, destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(payout))
  await world.dispatchDue()
  const { problem } = await world.payout(id)
  assert.match(problem ?? '', new RegExp(`70 USDT lies in your cold wallet \\(${COLD}\\)`))
})
