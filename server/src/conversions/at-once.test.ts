import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { conversionWorld, type ConversionWorld } from '../../test/conversion-world.ts'

const Answer = z.looseObject({
  data: z.looseObject({ id: z.string() }).optional(),
  error: z.string().optional(),
})

const wanted = { from_currency: 'BTC', to_currency: 'USDT_TRC20', amount: '0.27' }

/** What so many callers are told who ask at the same moment: `201`, or the refusal. */
async function allAtOnce(
  world: ConversionWorld,
  callers: number,
  call: (caller: number) => Readonly<{ body: object; headers?: Record<string, string> }>,
) {
  const replies = await Promise.all(
    Array.from({ length: callers }, (_, caller) => world.call('/v1/conversions', call(caller))),
  )
  return replies.map(({ status, json, headers }) => {
    const { data, error } = Answer.parse(json)
    return { told: error ?? String(status), id: data?.id, headers }
  })
}

const count = (told: readonly Readonly<{ told: string }>[]) =>
  Object.fromEntries(
    [...Map.groupBy(told, (one) => one.told)].map(([word, of]) => [word, of.length]),
  )

/** Seen to fail on: an account that may be overdrawn. */
test('of a hundred callers for one balance, exactly those are served whom it lasts for', async () => {
  await using world = await conversionWorld()
  await world.give('10', 'BTC')
  await world.give('10000000', 'USDT_TRC20', 'liquidity')
  const told = await allAtOnce(world, 100, () => ({ body: wanted }))
  assert.deepEqual(count(told), { 201: 37, insufficient_balance: 63 })
  const held = await world.holdings()
  assert.equal(held['merchant.available BTC'], 1_000_000n)
  assert.equal(held['merchant.available USDT_TRC20'], 37n * 17_550_135_000n)
  const [rows] = await world.ctx.db.query<{ conversions: number; events: number }>(
    `select (select count(*) from conversion) as conversions,
       (select count(*) from event where type = 'conversion.completed') as events`,
  )
  assert.deepEqual(rows, { conversions: 37, events: 37 })
})

test('of a hundred callers for one liquidity, exactly those are served whom it lasts for', async () => {
  await using world = await conversionWorld()
  await world.give('100', 'BTC')
  await world.give('200000', 'USDT_TRC20', 'liquidity')
  const told = await allAtOnce(world, 100, () => ({ body: wanted }))
  assert.deepEqual(count(told), { 201: 11, insufficient_liquidity: 89 })
  const held = await world.holdings()
  assert.equal(held['liquidity USDT_TRC20'], 200_000_000_000n - 11n * 17_550_135_000n)
})

/** Seen to fail on: external ids that are not unique, or are not looked up before the rate is. */
test('one external id is one conversion for ever, whoever asks, and another request may not have it', async () => {
  await using world = await conversionWorld()
  await world.give('10', 'BTC')
  await world.give('10000000', 'USDT_TRC20', 'liquidity')
  const body = { ...wanted, external_id: 'order-1' }
  const told = await allAtOnce(world, 40, () => ({ body }))
  assert.deepEqual(count(told), { 200: 39, 201: 1 })
  assert.equal(new Set(told.map((one) => one.id)).size, 1)
  // Neither another price, nor none at all, nor an empty purse changes what was done.
  await world.setPrice('BTC', null)
  const again = await allAtOnce(world, 1, () => ({ body: { ...body, amount: 0.27 } }))
  assert.deepEqual(again[0]?.id, told[0]?.id)
  const others = [{ amount: 0.28 }, { customer_id: 'user_1' }, { metadata: { a: 1 } }]
  const refused = await allAtOnce(world, 3, (caller) => ({ body: { ...body, ...others[caller] } }))
  assert.deepEqual(count(refused), { conversion_differs: 3 })
  assert.equal((await world.holdings())['merchant.available BTC'], 973_000_000n)
})

test('one Idempotency-Key is one conversion, and its answer comes again as it was', async () => {
  await using world = await conversionWorld()
  await world.give('10', 'BTC')
  await world.give('10000000', 'USDT_TRC20', 'liquidity')
  const keyed = { body: wanted, headers: { 'idempotency-key': 'key-1' } }
  const told = await allAtOnce(world, 20, () => keyed)
  const served = told.filter((one) => one.told === '201')
  assert.ok(told.every((one) => ['201', 'idempotency_in_progress'].includes(one.told)))
  assert.equal(new Set(served.map((one) => one.id)).size, 1)
  const [again] = await allAtOnce(world, 1, () => keyed)
  assert.equal(again?.id, served[0]?.id)
  assert.equal(again?.headers['idempotency-replayed'], 'true')
  assert.equal((await world.holdings())['merchant.available BTC'], 973_000_000n)
})

/** Both ways at once lock the same accounts from either side. */
test('conversions to and fro at once end, and leave what they should', async () => {
  await using world = await conversionWorld()
  for (const purpose of ['merchant.available', 'liquidity'] as const) {
    await world.give('100', 'BTC', purpose)
    await world.give('6500050', 'USDT_TRC20', purpose)
  }
  const back = { from_currency: 'USDT_TRC20', to_currency: 'BTC', amount: '65000.5' }
  const there = { ...wanted, amount: 1 }
  const told = await allAtOnce(world, 80, (caller) => ({ body: caller % 2 ? there : back }))
  assert.deepEqual(count(told), { 201: 80 })
  const held = await world.holdings()
  assert.equal(held['merchant.available BTC'], 10_000_000_000n)
  assert.equal(held['merchant.available USDT_TRC20'], 6_500_050_000_000n)
})
