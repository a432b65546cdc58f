import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { pay } from '../../../test/payment-play.ts'
import { dataOf } from '../../../test/payment-view.ts'
import { paymentWorld } from '../../../test/payment-world.ts'

// The wire contract, member by member: what a client that was written from the published pages
// reads, with the JSON type that those pages show. More members may be there; none may be missing.

type Shape = 'text' | 'number' | 'null' | Readonly<{ [member: string]: Shape }> | readonly [Shape]

const checkoutMade: Shape = {
  status: 'text',
  data: {
    id: 'text',
    customer_id: 'text',
    metadata: { order_id: 'text', plan_type: 'text' },
    checkout_url: 'text',
    product_name: 'text',
    amount: 'text',
    currency: 'text',
    environment: 'text',
  },
}

const wayToPay: Shape = {
  currency: 'text',
  network: 'text',
  address: 'text',
  amount: 'text',
  status: 'text',
}

const checkoutRead: Shape = {
  status: 'text',
  data: {
    id: 'text',
    status: 'text',
    customer_id: 'text',
    metadata: { order_id: 'text', plan_type: 'text' },
    amount: 'text',
    currency: 'text',
    success_url: 'text',
    cancel_url: 'text',
    payment_details: [wayToPay],
  },
}

const claimAnswered: Shape = {
  status: 'text',
  data: {
    status: 'text',
    message: 'text',
    wallets: [{ currency: 'text', status: 'text', tx_hash: 'null' }],
  },
}

const confirmedEvent: Shape = {
  id: 'text',
  amount: 'text',
  currency: 'text',
  status: 'text',
  tx_hash: 'text',
  customerId: 'text',
  metadata: { order_id: 'text' },
}

const invoice: Shape = {
  id: 'text',
  amount: 'number',
  currency: 'text',
  status: 'text',
  customer_id: 'text',
  metadata: { order_id: 'text' },
  hosted_url: 'text',
  created_at: 'text',
}

const paymentMade: Shape = {
  status: 'text',
  data: {
    payment_id: 'text',
    status: 'text',
    addresses: { USDT_TRC20: 'text', USDC_ERC20: 'text' },
    expires_at: 'text',
  },
}

const payment: Shape = {
  id: 'text',
  amount: 'text',
  currency: 'text',
  status: 'text',
  customer_id: 'text',
  metadata: { order_id: 'text' },
  created_at: 'text',
}

const anObject = z.record(z.string(), z.unknown())

function assertShape(value: unknown, shape: Shape, place = ''): void {
  if (shape === 'text') return assert.equal(typeof value, 'string', place)
  if (shape === 'number') return assert.equal(typeof value, 'number', place)
  if (shape === 'null') return assert.equal(value, null, place)
  if (isList(shape)) {
    const items = z.array(z.unknown()).min(1).parse(value)
    for (const [index, item] of items.entries()) assertShape(item, shape[0], `${place}[${index}]`)
    return
  }
  const members = anObject.parse(value)
  for (const [member, inner] of Object.entries(shape)) {
    assert.ok(member in members, `${place}.${member} is missing`)
    assertShape(members[member], inner, `${place}.${member}`)
  }
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape)

// Requests as the pages print them, sent as text: the numbers are those of the pages.
const printed = {
  checkout: `{
    "amount": 250.50, "currency": "USD", "product_name": "Premium Plan - Annual",
    "customer_id": "user_998877",
    "metadata": { "order_id": "ORD-500", "plan_type": "annual" },
    "success_url": "https://myshop.com/payment/success",
    "cancel_url": "https://myshop.com/payment/cancel",
    "accepted_assets": ["BTC", "USDT_BSC"]
  }`,
  invoice: `{
    "amount": 100.50, "currency": "USD", "customer_email": "user@example.com",
    "description": "Premium Subscription", "redirect_url": "https://your-site.com/success",
    "customer_id": "user_998877", "metadata": { "order_id": "ORD-500" }
  }`,
  payment: `{
    "amount": 500, "fiat_currency": "USD",
    "metadata": { "order_id": "ORD-77A01", "customer_id": "CUS-001" }
  }`,
}

/** Seen to fail with: a checkout amount as a number, an address by network instead of by code. */
test('checkout sessions speak the published contract', async () => {
  await using world = await paymentWorld()
  const made = await world.call('/v1/checkout/sessions', { body: printed.checkout })
  assert.equal(made.status, 201)
  assertShape(made.json, checkoutMade)
  const session = await dataOf(world.call, '/v1/checkout/sessions', printed.checkout)
  assert.match(session.id, /^chk_/)
  assert.equal(session['amount'], '250.5')
  assert.equal(session['environment'], 'test')
  const read = await world.call(`/v1/checkout/sessions/${session.id}`)
  assert.equal(read.status, 200)
  assertShape(read.json, checkoutRead)
  const ways = session.payment_details.map(({ currency, network }) => `${currency} ${network}`)
  assert.deepEqual(ways, ['BTC Bitcoin', 'USDT_BSC BSC'])
  const verify = `/v1/checkout/sessions/${session.id}/verify`
  const claimed = await world.call(verify, { body: '{ "currency": "USDT_BSC" }' })
  assert.equal(claimed.status, 200)
  assertShape(claimed.json, claimAnswered)
  await pay(world, session, { amount: '250.5' })
  await world.mine('USDT_BSC', 12)
  const events = await world.events()
  const told = events.find((event) => event.type === 'checkout.session.confirmed')
  assertShape(told?.data, confirmedEvent)
  assert.equal(told?.data['customerId'], 'user_998877')
})

/** Seen to fail when the amount was written as text. */
test('invoices speak the published contract, with their amount as an exact number', async () => {
  await using world = await paymentWorld()
  const made = await world.call('/v1/invoices', { body: printed.invoice })
  assert.equal(made.status, 201)
  assertShape(made.json, { status: 'text', message: 'text', data: invoice })
  assert.match(made.text, /"amount":100\.5,/)
  const { id } = await dataOf(world.call, '/v1/invoices', printed.invoice)
  assert.match(id, /^inv_/)
  const read = await world.call(`/v1/invoices/${id}`)
  assertShape(read.json, { status: 'text', data: invoice })
  assert.match(read.text, /"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/)
  const listed = await world.call('/v1/invoices')
  assertShape(listed.json, { data: [invoice], pagination: { page: 'number', total: 'number' } })
})

test('payments speak the published contract, and list every face', async () => {
  await using world = await paymentWorld()
  const made = await world.call('/v1/payments', { body: printed.payment })
  assert.equal(made.status, 201)
  assertShape(made.json, paymentMade)
  const { id, status } = await dataOf(world.call, '/v1/payments', printed.payment)
  assert.match(id, /^pay_/)
  assert.equal(status, 'awaiting_payment')
  const session = await dataOf(world.call, '/v1/checkout/sessions', printed.checkout)
  const { id: invoiceId } = await dataOf(world.call, '/v1/invoices', printed.invoice)
  for (const face of [session.id, invoiceId]) {
    const read = await world.call(`/v1/payments/${face}`)
    assertShape(read.json, { status: 'text', data: payment })
  }
  const listed = await world.call('/v1/payments?customer_id=user_998877')
  assertShape(listed.json, {
    status: 'text',
    data: [payment],
    pagination: { page: 'number', total: 'number' },
  })
  assert.match(listed.text, /"pagination":\{"page":1,"limit":20,"total":2\}/)
})
