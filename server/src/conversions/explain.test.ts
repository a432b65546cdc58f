import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { conversionWorld } from '../../test/conversion-world.ts'
import { explanationOf, kindsOf } from '../../test/explanation-view.ts'

const Made = z.object({ data: z.object({ id: z.string() }) })

/** Seen to fail when the prices were left out, and when the journal was not asked. */
test('a conversion shows the prices it rests on and what it did to the books', async () => {
  await using world = await conversionWorld()
  await world.give('1', 'BTC')
  await world.give('1000000', 'USDT_TRC20', 'liquidity')
  const body = { from_currency: 'BTC', to_currency: 'USDT', to_network: 'Tron', amount: 0.5 }
  const ids: string[] = []
  for (let made = 0; made < 2; made += 1) {
    ids.push(Made.parse((await world.call('/v1/conversions', { body })).json).data.id)
    body.amount = 0.25
  }
  const [first, second] = await Promise.all(
    ids.map((id) => explanationOf(world.call, `/v1/conversions/${id}`)),
  )
  assert.ok(first && second)
  assert.equal(first.state, 'completed')
  assert.deepEqual([first.waits_for, first.next_at, first.what_to_do], [null, null, null])
  assert.match(first.reason.message, /^0\.5 BTC became 32500\.25 USDT_TRC20/)
  assert.deepEqual([...kindsOf(first)].sort(), ['booked', 'changed', 'created', 'quoted', 'quoted'])
  assert.ok(first.timeline.some(({ sentence }) => sentence.includes('65000.5 US dollars')))
  assert.ok(second.timeline.every(({ sentence }) => !sentence.includes('0.5 BTC')))
  assert.equal((await world.call('/v1/conversions/cv_x/explain')).status, 404)
})
