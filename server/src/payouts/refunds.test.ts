import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { addressOf, applyTo, caseOf, openSession } from '../../test/payment-play.ts'
import type { View } from '../../test/payment-view.ts'
import {
  dataOf,
  PAYEES,
  payoutWorld,
  refusalIn,
  type PayoutWorld,
} from '../../test/payout-world.ts'
import { inDbTx } from '../shell/db.ts'
import { setPayoutFees } from './fee-settings.action.ts'

const USDT = 'USDT_BSC'
const WHOLE = 10n ** 18n

const Refund = z.looseObject({
  id: z.string(),
  status: z.string(),
  payout_id: z.string().nullable(),
  tx_hash: z.string().nullable(),
  problem: z.string().nullable(),
  address: z.string().nullable(),
})

/** A treasury that can send, and an exception over 10 dollars that came late. */
async function late(): Promise<Readonly<{ world: PayoutWorld; one: View | undefined }>> {
  const world = await payoutWorld()
  await world.fund(USDT, '100')
  await world.fund('BNB', '1')
  const session = await openSession(world)
  await world.pass(3_600_000)
  await world.send({ to: addressOf(session, USDT), currency: USDT, amount: '10' })
  await world.mine(USDT, 12)
  return { world, one: await caseOf(world, session, 'late') }
}

const refundOf = async (world: PayoutWorld, id = ''): Promise<z.infer<typeof Refund>> =>
  dataOf(Refund, await world.call(`/v1/refunds/${id}`))

/** Planted faults: paid out of the merchant's balance; the refund not told of its payout's end. */
test('a refund with an address is sent at once, less its fee, and out of what is owed', async () => {
  const { world, one } = await late()
  await using _ = world
  const resolved = await applyTo(world, one, 'refund', { address: PAYEES.evm })
  const id = String(resolved.refunds[0]?.['id'])
  const begun = await refundOf(world, id)
  assert.deepEqual([begun.status, begun.address], ['sending', PAYEES.evm])
  await world.sendAll(USDT)
  const sent = await refundOf(world, id)
  const payout = await world.payout(sent.payout_id ?? '')
  assert.deepEqual([sent.status, payout.status], ['sent', 'completed'])
  assert.equal(sent.tx_hash, payout.tx_hash)
  assert.deepEqual([payout['kind'], payout['refund_id'], payout.amount], ['refund', id, 10])
  const holdings = await world.holdings()
  assert.equal(holdings['refunds.payable USDT_BSC'], undefined)
  assert.equal(await world.available(USDT), 100n * WHOLE)
  assert.deepEqual(await world.eventsOf(id), ['refund.created', 'refund.sending', 'refund.sent'])
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: a refund whose payout failed stays `sending`. */
test('a refund that could not be sent is owed again, says why, and can be sent once more', async () => {
  const { world, one } = await late()
  await using _ = world
  const resolved = await applyTo(world, one, 'refund')
  const id = String(resolved.refunds[0]?.['id'])
  const send = (address: string) => world.post(`/v1/refunds/${id}/send`, { address })
  assert.deepEqual(refusalIn(await send(PAYEES.tron)), [400, 'destination_invalid'])
  await world.node(USDT).behave({ refuseBroadcasts: true })
  assert.equal(dataOf(Refund, await send(PAYEES.evm)).status, 'sending')
  assert.deepEqual(refusalIn(await send(PAYEES.evm)), [409, 'refund_under_way'])
  await world.sendAll(USDT)
  const failed = await refundOf(world, id)
  assert.equal(failed.status, 'awaiting_payout')
  assert.ok(failed.problem !== null)
  assert.equal((await world.holdings())['refunds.payable USDT_BSC'], 10n * WHOLE)
  const [told] = (await world.events()).filter(({ type }) => type === 'refund.failed')
  assert.equal(told?.data['rollback_confirmed'], true)
  await world.node(USDT).behave({ refuseBroadcasts: false })
  const both = await Promise.all([send(PAYEES.evmToo), send(PAYEES.evmToo)])
  assert.deepEqual(both.map((reply) => reply.status).sort(), [202, 409])
  await world.sendAll(USDT)
  const sent = await refundOf(world, id)
  assert.deepEqual([sent.status, sent.address], ['sent', PAYEES.evmToo])
  assert.deepEqual(refusalIn(await send(PAYEES.evm)), [409, 'refund_under_way'])
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted fault: the refund not told that its payout was called back. */
test('a refund whose payout was called back is owed again', async () => {
  const { world, one } = await late()
  await using _ = world
  const resolved = await applyTo(world, one, 'refund', { address: PAYEES.evm })
  const begun = await refundOf(world, String(resolved.refunds[0]?.['id']))
  await world.call(`/v1/payouts/${begun.payout_id}/cancel`, { method: 'POST' })
  const owed = await refundOf(world, begun.id)
  assert.deepEqual([owed.status, owed.tx_hash], ['awaiting_payout', null])
  assert.match(owed.problem ?? '', /called back/)
  assert.deepEqual(await world.eventsOf(begun.id), [
    'refund.created',
    'refund.sending',
    'refund.failed',
  ])
})

/** Planted fault: the decision fails with its payout. */
test('a refund that is too small to be sent is owed all the same, and says why', async () => {
  const { world, one } = await late()
  await using _ = world
  const fees = { fixedCents: 0n, partsPerMillion: 0, minimumCents: 5_000n }
  await inDbTx(world.ctx, (dbTx) => setPayoutFees(dbTx, world.book, fees))
  const resolved = await applyTo(world, one, 'refund', { address: PAYEES.evm })
  const refund = await refundOf(world, String(resolved.refunds[0]?.['id']))
  assert.equal(refund.status, 'awaiting_payout')
  assert.match(refund.problem ?? '', /less than can be paid out/)
  assert.deepEqual(await world.eventsOf(refund.id), ['refund.created', 'refund.waiting'])
  const listed = dataOf(z.array(Refund), await world.call('/v1/refunds'))
  assert.deepEqual(
    listed.map(({ id }) => id),
    [refund.id],
  )
})
