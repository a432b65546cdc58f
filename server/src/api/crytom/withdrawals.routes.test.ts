import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { createChains } from '../../main/chains.ts'
import { readJson } from '../../money/json.ts'
import { changePayoutFees, readPayoutFees } from './payout-fees.routes.ts'
import { sandboxPrices } from './sandbox.routes.ts'
import { estimateFee, minimumAmount } from './withdrawals.routes.ts'

const routes = [estimateFee, minimumAmount, readPayoutFees, changePayoutFees, sandboxPrices]

async function world() {
  const database = await testDatabase()
  const bare = testApiCtx(database.db)
  const ctx = { ...bare, chains: createChains(bare, []) }
  const api = await testApi(ctx, { routes })
  return {
    ctx,
    api,
    get: async (target: string) => {
      const { status, json, text } = await api.call(target)
      return { status, text, data: Object(Object(json).data), error: Object(json).error }
    },
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

const tron = 'currency=USDT&network=TRC20'

test('a fee estimate has the members of the document, as exact numbers in the currency', async () => {
  await using here = await world()
  const { status, data, text } = await here.get(`/v1/withdrawals/fee-estimate?${tron}&amount=250.5`)
  assert.equal(status, 200)
  for (const member of ['network_fee', 'crytom_fee', 'total_estimated_fee', 'net_amount']) {
    assert.equal(typeof data[member], 'number', member)
  }
  assert.equal(data.crytom_fee, 0)
  assert.equal(data.total_estimated_fee, data.network_fee)
  assert.match(data.quote_id, /^feeq_/)
  assert.deepEqual([data.currency, data.network], ['USDT', 'Tron'])
  assert.match(data.asset, /^tron:/)
  const { network_fee: fee = '', net_amount: net = '' } = textsOf(text)
  const micro = (number: string): bigint => BigInt(Math.round(Number.parseFloat(number) * 1e6))
  assert.equal(micro(fee) + micro(net), 250_500_000n)
})

test('the least amount is told, and an estimate for less says that nothing arrives', async () => {
  await using here = await world()
  const { data, text } = await here.get(`/v1/withdrawals/min-amount?${tron}`)
  assert.deepEqual([data.currency, data.network], ['USDT', 'Tron'])
  assert.ok(data.min_amount > 0)
  const least = textsOf(text)['min_amount'] ?? ''
  const at = await here.get(`/v1/withdrawals/fee-estimate?${tron}&amount=${least}`)
  assert.ok(at.data.net_amount > 0)
  assert.equal(at.data.quote_id, data.quote_id, 'one quote for all who ask')
  const fee = textsOf(at.text)['total_estimated_fee'] ?? ''
  const below = await here.get(`/v1/withdrawals/fee-estimate?${tron}&amount=${fee}`)
  assert.equal(below.data.net_amount, null)
})

test('your own fee is settled in dollars and counts at once', async () => {
  await using here = await world()
  const settings = '/v1/settings/payout-fees'
  assert.deepEqual((await here.get(settings)).data, {
    fixed_usd: '0',
    parts_per_million: 0,
    minimum_usd: '0',
  })
  await here.get(`/v1/withdrawals/fee-estimate?${tron}`)
  await here.api.call('/v1/sandbox/prices', { body: { currency: 'USDT', price_usd: 1 } })
  const body = { fixed_usd: '0.5', parts_per_million: 10_000, minimum_usd: 20 }
  const put = await here.api.call(settings, { method: 'PUT', body })
  const settled = { fixed_usd: '0.5', parts_per_million: 10_000, minimum_usd: '20' }
  assert.deepEqual(Object(put.json).data, settled)
  assert.deepEqual((await here.get(settings)).data, settled)
  const { data } = await here.get(`/v1/withdrawals/fee-estimate?${tron}&amount=100`)
  assert.equal(data.crytom_fee, 1.5)
  assert.equal(data.min_amount, 20)
  for (const wrong of ['0.005', '1000000.01', '-1']) {
    const refused = await here.api.call(settings, {
      method: 'PUT',
      body: { ...body, fixed_usd: wrong },
    })
    assert.equal(refused.status, 400, wrong)
  }
})

test('without a price, an asset or a network there is no estimate', async () => {
  await using here = await world()
  const asking = async (query: string) => {
    const { status, error } = await here.get(`/v1/withdrawals/fee-estimate?${query}`)
    return [status, error]
  }
  assert.deepEqual(await asking('currency=XYZ&network=BSC'), [400, 'unknown_currency'])
  assert.deepEqual(await asking('currency=USDT'), [400, 'ambiguous_network'])
  assert.deepEqual(await asking(`${tron}&amount=0.0000001`), [400, 'amount_too_precise'])
  await here.api.call('/v1/sandbox/prices', { body: { currency: 'TRX', price_usd: null } })
  assert.deepEqual(await asking(tron), [503, 'rate_unavailable'])
  const live = here.api.as(here.api.secretKeys.live)
  const refused = await live(`/v1/withdrawals/fee-estimate?${tron}`)
  assert.equal(Object(refused.json).error, 'cannot_send')
})

/** The numbers of an answer's data as they are written. */
function textsOf(text: string): Readonly<Record<string, string>> {
  const data = Object(readJson(text)).data
  return Object.fromEntries(
    Object.entries(Object(data)).map(([name, value]) => [name, String(Object(value).text)]),
  )
}
