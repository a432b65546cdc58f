import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dollars, openSession, pay, setPrice, standing } from '../../test/payment-play.ts'
import { dataOf, refusalOf } from '../../test/payment-view.ts'
import { type PaymentWorld, paymentWorld } from '../../test/payment-world.ts'
import { resolveAsset } from '../money/alias.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { setQuoteWindow, setTolerance } from './change-settings.action.ts'

const body = { amount: '10', fiat_currency: 'USD', accepted_assets: ['USDT_BSC'] }

const open = (world: PaymentWorld, change: object) =>
  dataOf(world.call, '/v1/payments', { ...body, ...change })

const refused = async (world: PaymentWorld, change: object): Promise<string> =>
  (await refusalOf(world.call, '/v1/payments', { ...body, ...change })).join(' ')

/** Seen to fail when a fraction of a cent was rounded away. */
test('an amount must be above zero, exact in its currency, and not beyond all bounds', async () => {
  await using world = await paymentWorld()
  const expected: readonly (readonly [object, string])[] = [
    [{ amount: 0 }, '400 invalid_request'],
    [{ amount: '-1' }, '400 invalid_request'],
    [{ amount: 'ten' }, '400 invalid_request'],
    [{ amount: null }, '400 invalid_request'],
    [{ amount: undefined }, '400 invalid_request'],
    [{ amount: '0.005' }, '400 amount_too_precise'],
    [{ amount: '100.5', fiat_currency: 'JPY' }, '400 amount_too_precise'],
    [{ amount: '0.000000001', fiat_currency: 'BTC' }, '400 amount_too_precise'],
    [{ amount: '1000000000000.01' }, '400 amount_too_large'],
    [{ fiat_currency: 'XYZ' }, '400 unknown_currency'],
    [{ fiat_currency: undefined }, '400 invalid_request'],
  ]
  for (const [change, refusal] of expected) {
    assert.equal(await refused(world, change), refusal, JSON.stringify(change))
  }
  assert.equal((await open(world, { amount: '250.50' }))['amount'], '250.5')
  assert.equal((await open(world, { amount: 1e12 }))['amount'], '1000000000000')
  const tiny = await open(world, { amount: '1e-8', fiat_currency: 'BTC', accepted_assets: ['BTC'] })
  assert.deepEqual([tiny['amount'], tiny.amount_due], ['0.00000001', '0.00000001'])
})

/** Seen to fail when a missing rate was read as 1. */
test('without a rate there is no payment, and by default no asset without one', async () => {
  await using world = await paymentWorld()
  assert.equal(await refused(world, { fiat_currency: 'BDT' }), '503 rate_unavailable')
  const offered = async () =>
    Object.keys((await open(world, { accepted_assets: undefined })).addresses)
  const all = await offered()
  assert.ok(all.includes('DOT') && all.includes('USDT_TRC20'))
  await setPrice(world, 'DOT', null)
  assert.deepEqual(
    await offered(),
    all.filter((code) => code !== 'DOT'),
  )
  assert.equal(await refused(world, { accepted_assets: ['BTC', 'DOT'] }), '503 rate_unavailable')
  const own = await open(world, { fiat_currency: 'DOT', accepted_assets: ['DOT'] })
  assert.equal(own.amount_due, '10')
})

test('accepted assets are read under every name, and a bare symbol means all its networks', async () => {
  await using world = await paymentWorld()
  const codes = async (...texts: readonly string[]) =>
    Object.keys((await open(world, { accepted_assets: texts })).addresses).sort()
  assert.deepEqual(await codes('usdttrc20', 'USDT_TRC20', 'BTC'), ['BTC', 'USDT_TRC20'])
  assert.ok((await codes('USDT')).length >= 3)
  assert.equal(await refused(world, { accepted_assets: ['DOGE'] }), '400 unknown_currency')
  assert.equal(await refused(world, { accepted_assets: ['TUSD'] }), '400 asset_unavailable')
  assert.equal(await refused(world, { accepted_assets: [] }), '400 invalid_request')
})

test('a live book without a connected chain offers nothing, and says so', async () => {
  await using world = await paymentWorld()
  const live = world.api.as(world.api.secretKeys.live)
  assert.deepEqual(await refusalOf(live, '/v1/payments', body), [503, 'nothing_receivable'])
})

/** Seen to fail when credentials were let through, and loopback in live. */
test('a URL that nobody should be sent to is refused', async () => {
  await using world = await paymentWorld()
  const session = { amount: '1', currency: 'USD', product_name: 'A plan' }
  const target = '/v1/checkout/sessions'
  const live = world.api.as(world.api.secretKeys.live)
  for (const url of ['ftp://shop.example/', 'shop.example/paid', 'https://me:pw@shop.example/']) {
    const refusal = await refusalOf(world.call, target, { ...session, success_url: url })
    assert.deepEqual(refusal, [400, 'url_not_allowed'], url)
  }
  const spaced = await refusalOf(world.call, target, { ...session, cancel_url: 'https://a b/' })
  assert.deepEqual(spaced, [400, 'invalid_request'])
  for (const url of ['http://localhost:3000/', 'http://127.0.0.1/', 'https://[::1]/']) {
    assert.ok((await dataOf(world.call, target, { ...session, success_url: url })).id, url)
    const refusal = await refusalOf(live, target, { ...session, callback_url: url })
    assert.deepEqual(refusal, [400, 'url_not_allowed'], url)
  }
})

/** Seen to fail when metadata went through JSON.parse. */
test('metadata comes back as it was sent, to the digit, and has its bounds', async () => {
  await using world = await paymentWorld()
  const metadata = '{"z":1.10,"a":[12345678901234567890,1e400,null,{"ключ":"✓"}],"id":"x"}'
  const text = `{"amount":"1","fiat_currency":"USD","accepted_assets":["BTC"],"metadata":${metadata}}`
  const made = await world.call('/v1/payments', { body: text })
  assert.ok(made.text.includes(`"metadata":${metadata}`), made.text)
  const [event] = await world.ctx.db.query<{ snapshot: string }>('select snapshot from event')
  assert.ok(event?.snapshot.includes(`"metadata":${metadata}`))
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))
  assert.ok((await open(world, { metadata: keys(50) })).id)
  assert.equal(await refused(world, { metadata: keys(51) }), '400 invalid_request')
  assert.ok((await open(world, { metadata: { a: 'x'.repeat(16_384 - 8) } })).id)
  assert.equal(
    await refused(world, { metadata: { a: 'x'.repeat(16_384 - 7) } }),
    '400 invalid_request',
  )
  assert.equal(await refused(world, { metadata: [] }), '400 invalid_request')
  assert.equal(await refused(world, { metadata: 5 }), '400 invalid_request')
  assert.equal(await refused(world, { callback_ulr: 'https://a.example/' }), '400 invalid_request')
})

/** Seen to fail when the snapshot of an invoice's event held the address. */
test('a mail address is kept sealed, and is in no event and no log', async () => {
  await using world = await paymentWorld()
  const { ctx, call } = world
  const email = 'payer@example.com'
  const invoice = { amount: 5, currency: 'USD', customer_email: email }
  const { id } = await dataOf(call, '/v1/invoices', invoice)
  assert.equal((await dataOf(call, `/v1/invoices/${id}`))['customer_email'], email)
  const rows = await ctx.db.query<{ everything: string }>(
    `select coalesce(string_agg(payment::text, ''), '') || coalesce(
       (select string_agg(event::text, '') from event), '') as everything from payment`,
  )
  assert.ok(!rows[0]?.everything.includes(email))
  assert.ok(!ctx.logged().includes(email))
  const listed = await call('/v1/invoices')
  assert.ok(!listed.text.includes(email))
  const wrong = await refusalOf(call, '/v1/invoices', { ...invoice, customer_email: 'payer' })
  assert.deepEqual(wrong, [400, 'invalid_request'])
})

test('the same Idempotency-Key opens one payment', async () => {
  await using world = await paymentWorld()
  const headers = { 'idempotency-key': 'order-77' }
  const [first, second] = [
    await world.call('/v1/payments', { body, headers }),
    await world.call('/v1/payments', { body, headers }),
  ]
  assert.equal(second.text, first.text)
  const rows = await world.ctx.db.query('select 1 from payment')
  assert.equal(rows.length, 1)
})

/** Seen to fail when settings of the book were not read. */
test('a book sets how long its quotes hold and what may be missing', async () => {
  await using world = await paymentWorld()
  const { ctx, book } = world
  const asset = resolveAsset({ currency: 'USDT_BSC' }).id
  const before = await openSession(world)
  await inDbTx(ctx, async (dbTx) => {
    await setQuoteWindow(dbTx, book, 15 * 60_000)
    await setTolerance(dbTx, book, { asset, partsPerMillion: 20_000, absolute: units(0n) })
  })
  const session = await openSession(world)
  assert.equal(session.expires_at, '2026-01-15T12:15:00Z')
  assert.equal(before.expires_at, '2026-01-15T13:00:00Z')
  await pay(world, before, { amount: '98' })
  await pay(world, session, { amount: '98' })
  await world.mine('USDT_BSC', 12)
  assert.equal(await standing(world, before), 'pending/underpaid')
  assert.equal(await standing(world, session), 'confirmed/none')
  assert.equal((await world.holdings())['merchant.available USDT_BSC'], dollars(98))
  await assert.rejects(
    inDbTx(ctx, (dbTx) => setQuoteWindow(dbTx, book, 59_999)),
    RangeError,
  )
})
