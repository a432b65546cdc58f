import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx, type TestApi } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { estimatePrice } from './prices.routes.ts'
import { sandboxPrices } from './sandbox.routes.ts'

const asking = async (api: TestApi, query: string) => {
  const { status, json, text } = await api.call(`/v1/prices/estimate?${query}`)
  return { status, text, data: Object(Object(json).data), error: Object(json).error }
}

test('a price estimate has the rate, what would be received, and says where it is from', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [estimatePrice, sandboxPrices] })
  await api.call('/v1/sandbox/prices', { body: { currency: 'BTC', price_usd: 65000.5 } })
  const { data } = await asking(api, 'base_currency=BTC&quote_currency=USD&amount=0.5')
  assert.deepEqual(data, {
    rate: 65000.5,
    estimated_received: 32500.25,
    base_currency: 'BTC',
    quote_currency: 'USD',
    source: 'sandbox',
    sources: ['sandbox'],
    at: new Date(ctx.clock.now()).toISOString(),
    expires_at: new Date(ctx.clock.now() + 60_000).toISOString(),
  })
  const without = await asking(api, 'base_currency=BTC&quote_currency=USD')
  assert.equal(without.data.estimated_received, null)
})

test('fiat and crypto are both sides, networks are read, and what is received is rounded down', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [estimatePrice, sandboxPrices] })
  await api.call('/v1/sandbox/prices', { body: { currency: 'USDT', price_usd: 3 } })
  await api.call('/v1/sandbox/prices', { body: { currency: 'JPY', price_usd: 0.0070001 } })
  const yen = await asking(api, 'base_currency=USDT_TRC20&quote_currency=jpy&amount=1')
  assert.equal(yen.data.estimated_received, 428)
  assert.deepEqual([yen.data.base_currency, yen.data.quote_currency], ['USDT', 'JPY'])
  const third = await asking(api, 'base_currency=USD&quote_currency=USDT_TRC20&amount=1')
  assert.match(third.text, /"estimated_received":0\.333333[,}]/)
  assert.match(third.text, /"rate":0\.333333333333333333333333[,}]/)
})

test('without a price there is no guess, and nonsense is refused by name', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [estimatePrice, sandboxPrices] })
  await api.call('/v1/sandbox/prices', { body: { currency: 'BTC', price_usd: null } })
  const told = async (query: string) => {
    const { status, error } = await asking(api, query)
    return [status, error]
  }
  const btc = 'base_currency=BTC&quote_currency=USD'
  assert.deepEqual(await told(btc), [503, 'rate_unavailable'])
  assert.deepEqual(await told('base_currency=BTC'), [400, 'invalid_request'])
  assert.deepEqual(await told('base_currency=XYZ&quote_currency=USD'), [400, 'unknown_currency'])
  assert.deepEqual(await told(`${btc}&amount=0`), [400, 'invalid_request'])
  assert.deepEqual(await told(`${btc}&amount=0.123456789`), [400, 'amount_too_precise'])
  const live = await api.as(api.secretKeys.live)(`/v1/prices/estimate?${btc}`)
  assert.equal(Object(live.json).error, 'rate_unavailable')
})
