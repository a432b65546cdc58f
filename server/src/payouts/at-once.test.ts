import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAYEES, payoutIn, payoutWorld, refusalIn } from '../../test/payout-world.ts'
import { verifyLedger } from '../ledger/verify.action.ts'

const USDT = 'USDT_BSC'
const CALLERS = 100

/**
 * Real connections, real PostgreSQL. Planted fault: a hold that the ledger refuses passed over.
 */
test('of 100 callers for one balance exactly the affordable ones pass', async () => {
  await using world = await payoutWorld({}, 20)
  await world.fund(USDT, '37.5')
  const body = { amount: 1, currency: 'USDT', network: 'BSC', destination_address: PAYEES.evm }
  const replies = await Promise.all(Array.from({ length: CALLERS }, () => world.ask(body)))
  const passed = replies.filter((reply) => reply.status === 202)
  assert.equal(passed.length, 37)
  for (const reply of replies.filter((one) => one.status !== 202)) {
    assert.deepEqual(refusalIn(reply), [400, 'insufficient_balance'])
  }
  assert.equal(new Set(passed.map((reply) => payoutIn(reply).id)).size, 37)
  assert.equal(await world.available(USDT), 5n * 10n ** 17n)
  const rows = await world.ctx.db.query('select 1 as row from payout')
  assert.equal(rows.length, 37)
  assert.equal((await verifyLedger(world.ctx, {})).kind, 'whole')
})

/** Planted fault: a hold that the ledger refuses passed over. */
test('of batches for one balance each is reserved whole or not at all', async () => {
  await using world = await payoutWorld({}, 20)
  await world.fund(USDT, '100')
  const row = { amount: 3, currency: 'USDT', network: 'BSC', address: PAYEES.evm }
  const destinations = Array.from({ length: 10 }, () => row)
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => world.post('/v1/payouts/mass', { destinations })),
  )
  assert.equal(replies.filter((reply) => reply.status === 202).length, 3)
  const refused = replies.find((reply) => reply.status !== 202)
  assert.match(refused?.text ?? '', /"available":"10"/)
  assert.match(refused?.text ?? '', /this takes 30/)
  const rows = await world.ctx.db.query('select 1 as row from payout')
  assert.equal(rows.length, 30)
  assert.equal(await world.available(USDT), 10n * 10n ** 18n)
})
