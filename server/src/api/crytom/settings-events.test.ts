import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { routes } from './routes.ts'

const confirmations = { currency: 'USDT', network: 'BSC', confirmed_below: '100' }

/** Whoever got hold of a key can loosen these: who owns it sees that at once, wherever he listens. */
test('what is settled otherwise than before is told once, as it then reads', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes })
  const settle = async (path: string, body: object): Promise<unknown> => {
    await api.call(path, { method: 'PUT', body })
    const again = await api.call(path, { method: 'PUT', body })
    assert.equal(again.status, 200)
    return Object(again.json).data
  }
  const settled = [
    await settle('/v1/settings/confirmations', confirmations),
    await settle('/v1/settings/confirmations', { ...confirmations, safe_below: '1000' }),
    await settle('/v1/settings/payout-fees', {
      fixed_usd: '0.5',
      parts_per_million: 2_500,
      minimum_usd: '5',
    }),
    await settle('/v1/settings/conversions', { spread_ppm: 2_500 }),
  ]
  const log = await api.call('/v1/events?type=settings.*')
  const told: readonly Readonly<{ event: string; data: unknown }>[] = Object(log.json).data
  // Events of different objects have no order within a millisecond.
  assert.deepEqual(
    told.map(({ event, data }) => JSON.stringify([event, data])).sort(),
    [
      ['settings.confirmations_changed', settled[0]],
      ['settings.confirmations_changed', settled[1]],
      ['settings.conversions_changed', settled[3]],
      ['settings.payout_fees_changed', settled[2]],
    ]
      .map((one) => JSON.stringify(one))
      .sort(),
  )
})
