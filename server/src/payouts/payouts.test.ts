import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import {
  dataOf,
  PAYEES,
  payoutIn,
  payoutWorld,
  refusalIn,
  type PayoutWorld,
} from '../../test/payout-world.ts'
import { sendDue } from '../../test/sweep-world.ts'

const USDT = 'USDT_BSC'
const WHOLE = 10n ** 18n

const toPayee = (amount: number | string, more: object = {}): object => ({
  ...{ amount, currency: 'USDT', network: 'BEP20', destination_address: PAYEES.evm },
  ...more,
})

async function funded(amount = '1000'): Promise<PayoutWorld> {
  const world = await payoutWorld()
  await world.fund(USDT, amount)
  await world.fund('BNB', '1')
  return world
}

/**
 * Planted fault: the net amount held instead of the whole.
 */
test('a payout takes its amount from the balance, pays the rest after its fee, and ends once', async () => {
  await using world = await funded()
  const before = await world.holdings()
  const begun = payoutIn(await world.ask(toPayee(100)))
  assert.equal(begun.status, 'processing')
  assert.equal(await world.available(USDT), 900n * WHOLE)
  assert.equal(begun.tx_hash, null)
  await world.dispatchDue()
  for (let steps = 0; steps < 5; steps += 1) await sendDue(world)
  const broadcast = await world.payout(begun.id)
  assert.equal(broadcast.status, 'processing')
  assert.match(broadcast.tx_hash ?? '', /^0x/)
  await world.sendAll(USDT)
  const ended = await world.payout(begun.id)
  assert.equal(ended.status, 'completed')
  assert.equal(ended.tx_hash, broadcast.tx_hash)
  assert.deepEqual(await world.differences(USDT), [])
  assert.deepEqual(await world.eventsOf(begun.id), ['payout.created', 'payout.completed'])
  const after = await world.holdings()
  const fee = after['fees.earned USDT_BSC'] ?? 0n
  const paid = after['fees.network BNB'] ?? 0n
  assert.ok(fee > 0n && paid > 0n)
  assert.deepEqual(after, {
    'custody USDT_BSC': (before['custody USDT_BSC'] ?? 0n) - 100n * WHOLE + fee,
    'custody BNB': (before['custody BNB'] ?? 0n) - paid,
    'merchant.available USDT_BSC': 900n * WHOLE,
    'merchant.available BNB': WHOLE,
    'fees.earned USDT_BSC': fee,
    'fees.network BNB': paid,
  })
})

/** Planted fault: amounts through a float. */
test('amounts are JSON numbers, exact to the last unit', async () => {
  await using world = await funded()
  const amount = '123.000000000000000001'
  const reply = await world.ask(toPayee(amount, { metadata: { order: 7 } }))
  assert.equal(reply.status, 202)
  assert.ok(reply.text.includes(`"amount":${amount},"estimated_fee":`), reply.text)
  const [, fee = '', net = ''] =
    /"estimated_fee":([\d.e-]+),"net_amount":([\d.e-]+)/.exec(reply.text) ?? []
  const unitsOf = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(18, '0'))
  }
  assert.equal(unitsOf(fee) + unitsOf(net), unitsOf(amount))
  assert.ok(reply.text.includes('"metadata":{"order":7}'))
})

const Balances = z.array(z.looseObject({ currency: z.string(), reserved: z.string() }))

/** Planted fault: the net amount held instead of the whole. */
test('what is on its way is reserved in the balance, and nothing appears that was never booked', async () => {
  await using world = await funded()
  await world.ask(toPayee('250.5'))
  const bitcoin = { currency: 'BTC', network: 'Bitcoin', destination_address: PAYEES.bitcoin }
  const refused = await world.ask({ ...bitcoin, amount: '0.01' })
  assert.deepEqual(refusalIn(refused), [400, 'insufficient_balance'])
  const balances = dataOf(Balances, await world.call('/v1/balance'))
  assert.deepEqual(
    balances.map((one) => [one.currency, one['available'], one.reserved]),
    [
      ['BNB', '1', '0'],
      ['USDT', '749.5', '250.5'],
    ],
  )
})

/** Planted fault: another content under the same name accepted. */
test('the same external_id is the same payout, and another content under it is refused', async () => {
  await using world = await funded()
  const named = { external_id: 'salary-7' }
  const asked = await Promise.all(Array.from({ length: 5 }, () => world.ask(toPayee(10, named))))
  const ids = new Set(asked.map((reply) => payoutIn(reply).id))
  assert.equal(ids.size, 1)
  assert.equal(await world.available(USDT), 990n * WHOLE)
  await world.sendAll(USDT)
  const again = payoutIn(await world.ask(toPayee(10, named)))
  assert.deepEqual([again.id, again.status], [[...ids][0], 'completed'])
  const other = await world.ask(toPayee(11, named))
  assert.deepEqual(refusalIn(other), [422, 'external_id_reused'])
  assert.equal(await world.available(USDT), 990n * WHOLE)
})

/** Planted fault: the answer not recorded in the payout's dbTx. */
test('the same Idempotency-Key gives the first answer again and reserves once', async () => {
  await using world = await funded()
  const key = { 'idempotency-key': 'k-1' }
  const first = await world.ask(toPayee(10), key)
  const second = await world.ask(toPayee(10), key)
  assert.equal(first.text, second.text)
  assert.equal(second.headers['idempotency-replayed'], 'true')
  assert.equal(refusalIn(await world.ask(toPayee(11), key))[0], 422)
  assert.equal(await world.available(USDT), 990n * WHOLE)
})

/** Planted faults: the hold left standing; a payout that is dispatched called back. */
test('a payout can be called back until a transaction is planned for it', async () => {
  await using world = await funded()
  const first = payoutIn(await world.ask(toPayee(10)))
  const path = `/v1/payouts/${first.id}/cancel`
  const canceled = payoutIn(await world.call(path, { method: 'POST' }))
  assert.deepEqual([canceled.status, canceled['rollback_confirmed']], ['canceled', true])
  assert.equal(await world.available(USDT), 1000n * WHOLE)
  assert.equal(payoutIn(await world.call(path, { method: 'POST' })).status, 'canceled')
  assert.deepEqual(await world.eventsOf(first.id), ['payout.created', 'payout.canceled'])
  const second = payoutIn(await world.ask(toPayee(10)))
  await world.dispatchDue()
  const late = await world.call(`/v1/payouts/${second.id}/cancel`, { method: 'POST' })
  assert.deepEqual(refusalIn(late), [409, 'cannot_cancel'])
  await world.sendAll(USDT)
  assert.equal((await world.payout(second.id)).status, 'completed')
  assert.equal((await world.payout(first.id)).status, 'canceled')
  const strange = await world.call('/v1/payouts/po_none/cancel', { method: 'POST' })
  assert.deepEqual(refusalIn(strange), [404, 'payout_unknown'])
})

const List = z.array(z.looseObject({ id: z.string() }))

test('payouts are listed newest first, by state, currency, customer, batch and name', async () => {
  await using world = await funded()
  const ids: string[] = []
  for (const more of [{ customer_id: 'anna' }, { external_id: 'x-2' }, {}]) {
    ids.push(payoutIn(await world.ask(toPayee(1, more))).id)
    world.ctx.clock.advance(1_000)
  }
  const [one, two, three] = ids
  await world.call(`/v1/payouts/${three}/cancel`, { method: 'POST' })
  const listed = async (query: string): Promise<readonly string[]> =>
    dataOf(List, await world.call(`/v1/payouts?${query}`)).map(({ id }) => id)
  assert.deepEqual(await listed(''), [three, two, one])
  assert.deepEqual(await listed('limit=2'), [three, two])
  assert.deepEqual(await listed(`limit=2&cursor=${two}`), [one])
  assert.deepEqual(await listed('customer_id=anna'), [one])
  assert.deepEqual(await listed('external_id=x-2'), [two])
  assert.deepEqual(await listed('status=canceled'), [three])
  assert.deepEqual(await listed('currency=USDT&status=processing'), [two, one])
  assert.deepEqual(await listed('currency=BTC'), [])
  assert.deepEqual(await listed('batch_id=batch_none'), [])
  const wrong = await world.call('/v1/payouts?cursor=po_none')
  assert.deepEqual(refusalIn(wrong), [400, 'payout_place_unknown'])
})
