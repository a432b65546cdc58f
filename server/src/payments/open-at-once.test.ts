import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentWorld } from '../../test/payment-world.ts'
import { viewSchema } from '../../test/payment-view.ts'

const FACES = [
  ['/v1/payments', { amount: 5, fiat_currency: 'USD' }],
  ['/v1/invoices', { amount: 5, currency: 'EUR' }],
  ['/v1/checkout/sessions', { amount: 5, currency: 'USD', product_name: 'Plan' }],
] as const

/**
 * Seen to fail with one connection asked for while another was held: at two connections, for ever.
 * Seen to fail with one column of a batch written in another order, and with an index given
 * twice.
 */
test('payments that are opened at the same time are each what was asked, also on two connections', async () => {
  await using world = await paymentWorld({}, 2)
  const replies = await Promise.all(
    Array.from({ length: 30 }, (_, place) => {
      const [path, body] = FACES[place % FACES.length] ?? FACES[0]
      const metadata = { place }
      return world.call(path, { body: { ...body, amount: 5 + place, metadata } })
    }),
  )
  assert.deepEqual(new Set(replies.map((reply) => reply.status)), new Set([201]))
  const made = replies.map((reply) => Object(reply.json).data)
  const told = await Promise.all(made.map((one) => world.call(`/v1/payments/${one.id}`)))
  for (const [place, reply] of told.entries()) {
    const view = viewSchema.parse(Object(reply.json).data)
    assert.deepEqual(Object(reply.json).data.metadata, { place })
    assert.deepEqual(view.payment_details, made[place].payment_details)
  }
  const rows = await world.ctx.db.query<{ object_id: string; sequence: number }>(
    'select object_id, sequence from event order by object_id',
  )
  assert.deepEqual(
    rows,
    made
      .map((one) => ({ object_id: one.id, sequence: 1 }))
      .sort((a, b) => (a.object_id < b.object_id ? -1 : 1)),
  )
})

/** Seen to fail with an address written down for each asset, and with an index given twice. */
test('a payment has one address for each family of chains, and no two payments share one', async () => {
  await using world = await paymentWorld()
  const open = async () => {
    const { json } = await world.call('/v1/payments', { body: { amount: 5, fiat_currency: 'USD' } })
    return viewSchema.parse(Object(json).data).payment_details
  }
  const [one, other] = await Promise.all([open(), open()])
  const addresses = (details: typeof one, network: string): readonly string[] => [
    ...new Set(details.filter((each) => each.network === network).map((each) => each.address)),
  ]
  for (const network of ['BSC', 'Polygon', 'Ethereum']) {
    assert.deepEqual(addresses(one, network), addresses(one, 'BSC'))
  }
  const all = [one, other].map((details) => new Set(details.map((each) => each.address)))
  assert.deepEqual(
    all.map((each) => each.size),
    [6, 6],
  )
  assert.equal(new Set(all.flatMap((each) => [...each])).size, 12)
  const rows = await world.ctx.db.query('select address from deposit_address')
  assert.equal(rows.length, 12)
})
