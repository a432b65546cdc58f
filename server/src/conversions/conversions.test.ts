import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversionWorld, type ConversionWorld } from '../../test/conversion-world.ts'
import { z } from 'zod'

const Answer = z.looseObject({
  data: z.looseObject({}).optional(),
  error: z.string().optional(),
  message: z.string().optional(),
})

const List = z.looseObject({
  data: z.array(z.looseObject({})),
  pagination: z.looseObject({ total: z.number(), next_cursor: z.string().optional() }),
})

const half = { from_currency: 'BTC', to_currency: 'USDT', amount: 0.5 }

async function post(world: ConversionWorld, body: object, headers = {}) {
  const reply = await world.call('/v1/conversions', { body, headers })
  const { data = {}, error } = Answer.parse(reply.json)
  return { status: reply.status, data, error, text: reply.text, headers: reply.headers }
}

async function refusal(world: ConversionWorld, body: object) {
  const { status, error } = await post(world, body)
  return `${status} ${error}`
}

/** A world in which there is bitcoin to spend, and dollars to get for it. */
async function ready(): Promise<ConversionWorld> {
  const world = await conversionWorld()
  await world.give('1', 'BTC')
  await world.give('1000000', 'USDT_TRC20', 'liquidity')
  return world
}

test('the example of the contract: half a bitcoin at 65000.50 is 32500.25 dollars', async () => {
  await using world = await ready()
  const { status, data, text } = await post(world, { ...half, to_network: 'Tron' })
  assert.equal(status, 201)
  assert.match(text, /"rate_applied":65000.5,/)
  assert.match(text, /"received_amount":32500.25,/)
  assert.equal(data['status'], 'completed')
  assert.equal(data['id'], data['conversion_id'])
  assert.match(String(data['conversion_id']), /^cv_/)
  const named = ['from', 'from_network', 'to', 'to_network', 'spread_ppm', 'environment']
  assert.deepEqual(
    named.map((name) => data[name]),
    ['BTC', 'Bitcoin', 'USDT', 'Tron', 0, 'test'],
  )
  assert.deepEqual(await world.holdings(), {
    'custody BTC': 100_000_000n,
    'merchant.available BTC': 50_000_000n,
    'liquidity BTC': 50_000_000n,
    'custody USDT_TRC20': 1_000_000_000_000n,
    'liquidity USDT_TRC20': 967_499_750_000n,
    'merchant.available USDT_TRC20': 32_500_250_000n,
  })
})

test('a conversion is listed and found with what was said of it, and told in one event', async () => {
  await using world = await ready()
  const metadata = { order: 1, price: 0.1 }
  const body = { ...half, to_currency: 'USDT_TRC20', customer_id: 'user_1', metadata }
  const { data } = await post(world, body)
  await post(world, { ...half, to_currency: 'USDT_TRC20', amount: '0.1' })
  const id = String(data['id'])
  const found = Answer.parse((await world.call(`/v1/conversions/${id}`)).json)
  assert.deepEqual(found.data, data)
  assert.deepEqual(data['metadata'], metadata)
  const all = List.parse((await world.call('/v1/conversions')).json)
  const own = List.parse((await world.call('/v1/conversions?customer_id=user_1')).json)
  assert.deepEqual([all.pagination.total, own.pagination.total], [2, 1])
  assert.deepEqual(own.data, [data])
  const first = List.parse((await world.call('/v1/conversions?limit=1')).json)
  const cursor = first.pagination.next_cursor
  const second = List.parse((await world.call(`/v1/conversions?limit=1&cursor=${cursor}`)).json)
  const ids = [...first.data, ...second.data].map((one) => one['id'])
  assert.deepEqual(new Set(ids), new Set(all.data.map((one) => one['id'])))
  const told = await world.ctx.db.query<{ type: string; snapshot: string }>(
    'select type, snapshot from event where object_id = $1',
    [id],
  )
  assert.deepEqual(
    told.map((one) => [one.type, JSON.parse(one.snapshot)]),
    [['conversion.completed', data]],
  )
})

/** Seen to fail on: a spread that is not booked, the bare rate told as the one applied. */
test('the spread is kept on an account of its own, and the rate that is told is what was applied', async () => {
  await using world = await ready()
  const set = { method: 'PUT', body: { spread_ppm: 2_500 } }
  assert.equal((await world.call('/v1/settings/conversions', set)).status, 200)
  const { text } = await post(world, { ...half, to_network: 'TRC20' })
  assert.match(text, /"received_amount":32418.999375,"rate_applied":64837.99875,/)
  assert.match(text, /"market_rate":65000.5,"spread_amount":81.250625,"spread_ppm":2500/)
  const held = await world.holdings()
  assert.equal(held['conversions.spread USDT_TRC20'], 81_250_625n)
  assert.equal(held['merchant.available USDT_TRC20'], 32_418_999_375n)
  const { json } = await world.call('/v1/liquidity')
  const [btc, usdt] = List.omit({ pagination: true }).parse(json).data
  assert.deepEqual([btc?.['available'], btc?.['spread']], ['0.5', '0'])
  assert.deepEqual([usdt?.['available'], usdt?.['spread']], ['967499.75', '81.250625'])
})

test('what cannot be converted is refused by name, and leaves nothing', async () => {
  await using world = await ready()
  const before = await world.holdings()
  const tron = { ...half, to_network: 'Tron' }
  assert.equal(await refusal(world, { ...tron, amount: '1.00000001' }), '400 insufficient_balance')
  assert.equal(await refusal(world, { ...tron, amount: '0.000000001' }), '400 amount_too_precise')
  assert.equal(await refusal(world, { ...half, to_currency: 'BTC' }), '400 same_asset')
  assert.equal(await refusal(world, { ...half, to_currency: 'XYZ' }), '400 unknown_currency')
  assert.equal(await refusal(world, { ...half, to_network: 'ERC20' }), '400 ambiguous_network')
  assert.equal(await refusal(world, { ...half, to_currency: 'ETH' }), '409 insufficient_liquidity')
  assert.equal(await refusal(world, { ...tron, amount: 0 }), '400 invalid_request')
  await world.setPrice('BTC', '0.01')
  const unit = { ...tron, amount: '0.00000001' }
  assert.equal(await refusal(world, unit), '400 amount_too_small')
  await world.setPrice('BTC', '1e18')
  await world.setPrice('ETH', '1e-18')
  const beyond = { ...half, to_currency: 'ETH', amount: '1e40' }
  assert.equal(await refusal(world, beyond), '400 amount_out_of_range')
  await world.setPrice('USDT', null)
  assert.equal(await refusal(world, tron), '503 rate_unavailable')
  assert.deepEqual(await world.holdings(), before)
  const rows = await world.ctx.db.query('select 1 from conversion union all select 1 from event')
  assert.deepEqual(rows, [])
})

/** Seen to fail on: what had left the account by then not counted. */
test('what the liquidity lacks is told with what is there, spread and all', async () => {
  await using world = await conversionWorld()
  await world.give('1', 'BTC')
  await world.give('65000.4', 'USDT_TRC20', 'liquidity')
  await world.call('/v1/settings/conversions', { method: 'PUT', body: { spread_ppm: 10 } })
  const { status, text } = await post(world, { ...half, to_network: 'Tron', amount: 1 })
  assert.equal(status, 409)
  assert.match(text, /which holds 65000\.4 of it/)
})

/** Seen to fail on: units of different decimals compared. */
test('of a currency on several networks, the one counts on which most is held', async () => {
  await using world = await conversionWorld()
  for (const code of ['BTC', 'USDT_BSC', 'USDT_TRC20', 'USDT_ERC20']) {
    await world.give('1000000', code, 'liquidity')
  }
  await world.give('1', 'BTC')
  const networksOf = async (body: object): Promise<unknown[]> => {
    const { data, text } = await post(world, body)
    return [data['from_network'] ?? text, data['to_network']]
  }
  // Nothing is held of any: the first of the list of currencies.
  assert.deepEqual(await networksOf({ ...half, amount: 0.001 }), ['Bitcoin', 'BSC'])
  await world.give('70', 'USDT_TRC20')
  assert.deepEqual(await networksOf({ ...half, amount: 0.001 }), ['Bitcoin', 'Tron'])
  const back = { from_currency: 'USDT', to_currency: 'BTC', amount: 100 }
  assert.deepEqual(await networksOf(back), ['Tron', 'Bitcoin'])
  const named = { ...back, from_network: 'BEP20', amount: 1 }
  assert.deepEqual(await networksOf(named), ['BSC', 'Bitcoin'])
  const across = { from_currency: 'USDT_BSC', to_currency: 'USDTTRC20', amount: 1 }
  assert.deepEqual(await networksOf(across), ['BSC', 'Tron'])
})

test('liquidity is set aside and taken back, and what it earned is taken, never more than there is', async () => {
  await using world = await ready()
  await world.call('/v1/settings/conversions', { method: 'PUT', body: { spread_ppm: 1_000 } })
  await post(world, { ...half, to_network: 'Tron', amount: 1 })
  const move = async (direction: string, amount: string) => {
    const body = { currency: 'USDT', network: 'TRC20', amount, direction }
    const { status, json } = await world.call('/v1/liquidity', { body })
    const { data = {}, error } = Answer.parse(json)
    return `${status} ${error ?? String(data['liquidity'])}`
  }
  assert.equal(await move('in', '64935.4995'), '201 999934.9995')
  assert.equal(await move('in', '0.000001'), '400 insufficient_balance')
  assert.equal(await move('out', '999934.999501'), '409 insufficient_liquidity')
  assert.equal(await move('out', '999934.9995'), '201 0')
  assert.equal(await move('earnings', '65.000501'), '400 insufficient_balance')
  assert.equal(await move('earnings', '65.0005'), '201 0')
  const held = await world.holdings()
  assert.equal(held['merchant.available USDT_TRC20'], 1_000_000_000_000n)
  assert.deepEqual(
    [held['liquidity USDT_TRC20'], held['conversions.spread USDT_TRC20']],
    [undefined, undefined],
  )
})
