import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, PAYEES, payoutIn, payoutWorld, refusalIn } from '../../../test/payout-world.ts'
import { z } from 'zod'

const Mass = z.looseObject({
  batch_id: z.string().regex(/^batch_/),
  status: z.literal('processing'),
  total_payouts: z.literal(2),
  total_amount: z.literal(150),
})

/**
 * The document's own requests, and what a client that was written from it reads of the answers.
 * Planted fault: `total_amount` as a text.
 */
test('the requests of the document are answered with its members and their JSON types', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '2000')
  await world.fund('USDC_BSC', '2000')
  const created = await world.ask({
    ...{ amount: 1500, currency: 'USDT', network: 'TRC20', destination_address: PAYEES.tron },
  })
  assert.equal(created.status, 202)
  assert.match(created.text, /^\{"status":"success","data":\{/)
  assert.match(created.text, /"payout_id":"po_\w+"/)
  assert.match(created.text, /"status":"processing"/)
  assert.match(created.text, /"estimated_fee":\d+(\.\d+)?,"net_amount":1499(\.\d+)?[,}]/)
  const mass = await world.post('/v1/payouts/mass', {
    batch_reference: 'Payroll-Q3',
    destinations: [
      { amount: 50, currency: 'USDT', network: 'TRC20', address: PAYEES.tron },
      { amount: '100', currency: 'USDC', network: 'BEP20', address: PAYEES.evm },
    ],
  })
  assert.equal(mass.status, 202, mass.text)
  dataOf(Mass, mass)
  assert.match(mass.text, /"total_payouts":2,"total_amount":150,/)
  const { id } = payoutIn(created)
  const one = await world.call(`/v1/payouts/${id}`)
  assert.match(one.text, /"payout_id":"po_\w+","kind":"payout","status":"processing"/)
  const list = await world.call('/v1/payouts?page=1&limit=2')
  assert.match(list.text, /"pagination":\{"page":1,"limit":2,"total":3,"next_cursor":"po_\w+"\}/)
})

test('a batch is found by its id, by the same external_id, and by its payouts', async () => {
  await using world = await payoutWorld()
  await world.fund('USDC_BSC', '100')
  const body = {
    external_id: 'run-1',
    destinations: [{ amount: 1, currency: 'USDC', network: 'BSC', address: PAYEES.evm }],
  }
  const batches = await Promise.all([1, 2, 3].map(() => world.post('/v1/payouts/mass', body)))
  const Batch = z.looseObject({ batch_id: z.string() })
  const ids = new Set(batches.map((reply) => dataOf(Batch, reply).batch_id))
  assert.equal(ids.size, 1)
  const [id] = ids
  const listed = await world.call(`/v1/payouts?batch_id=${id}`)
  assert.equal(dataOf(z.array(z.looseObject({ batch_id: z.literal(id ?? '') })), listed).length, 1)
  const other = { ...body, batch_reference: 'another' }
  assert.equal((await world.post('/v1/payouts/mass', other)).status, 422)
  // Seen to pass for the batch that was known, since what cannot be read was in no hash.
  const unreadable = { ...body.destinations[0], currency: 'DOGE' }
  const more = { ...body, destinations: [...body.destinations, unreadable] }
  assert.deepEqual(refusalIn(await world.post('/v1/payouts/mass', more)), [400, 'batch_invalid'])
  assert.equal((await world.call('/v1/payouts/batch_none')).status, 404)
})
