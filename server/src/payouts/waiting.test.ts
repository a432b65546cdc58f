import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Reply } from '../../test/api.ts'
import { PAYEES, payoutIn, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import { sendDue } from '../../test/sweep-world.ts'

const USDT = 'USDT_BSC'
const dollars = {
  ...{ amount: 100, currency: 'USDT', network: 'BEP20', destination_address: PAYEES.evm },
}

const LOOKS_MAX = 10_000

async function ready(): Promise<PayoutWorld> {
  const world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  return world
}

/** Lets time pass, and what sends do its work, until the answer is there. */
async function untilAnswered(
  world: PayoutWorld,
  answer: Promise<Reply>,
  isSending: boolean,
): Promise<Readonly<{ reply: Reply; waitedMs: number }>> {
  const from = world.ctx.clock.now()
  const done: { reply?: Reply } = {}
  void answer.then((reply) => (done.reply = reply))
  while (done.reply === undefined) {
    if (isSending) {
      await world.dispatchDue()
      await sendDue(world)
    }
    await world.ctx.db.query('select 1 as turn')
    await setImmediate()
    world.ctx.clock.advance(10)
  }
  return { reply: done.reply, waitedMs: world.ctx.clock.now() - from }
}

const post = (world: PayoutWorld, headers: Readonly<Record<string, string>> = {}) =>
  world.call('/v1/payouts', { method: 'POST', body: dollars, headers })

const standing = (world: PayoutWorld) =>
  world.ctx.db.query<{ state: string }>('select state from outgoing')

/** Planted fault: the broadcast not waited for. */
test('a payout is answered after its broadcast, or when its time is up', async () => {
  await using world = await ready()
  const sent = await untilAnswered(world, post(world), true)
  assert.equal(sent.reply.status, 202)
  assert.deepEqual(await standing(world), [{ state: 'sent' }])
  const late = await untilAnswered(world, post(world), false)
  assert.equal(payoutIn(late.reply).status, 'processing')
  assert.ok(late.waitedMs >= 2_000, `${late.waitedMs} ms`)
  const longer = await untilAnswered(world, post(world, { prefer: 'wait=5' }), false)
  assert.ok(longer.waitedMs >= 5_000, `${longer.waitedMs} ms`)
  assert.equal(longer.reply.headers['preference-applied'], 'wait=5')
  // Nothing lets time pass here: it would never be answered if it waited.
  const atOnce = await post(world, { prefer: 'respond-async' })
  assert.equal(atOnce.headers['preference-applied'], 'respond-async')
})

/** Planted fault: the record of the key keeps the first answer. */
test('a broadcast that is refused in time is answered in the words of the contract, for ever', async () => {
  await using world = await ready()
  await world.node(USDT).behave({ refuseBroadcasts: true })
  const key = { 'idempotency-key': 'once' }
  const { reply } = await untilAnswered(world, post(world, key), true)
  assert.equal(reply.status, 400)
  assert.match(
    reply.text,
    /^\{"error":"broadcast_failure","message":"Node rejected transaction\. Balance rolled back\.",/,
  )
  assert.match(reply.text, /"rollback_confirmed":true/)
  const again = await post(world, key)
  assert.deepEqual([again.status, again.text], [400, reply.text])
  assert.equal(again.headers['idempotency-replayed'], 'true')
  const rows = await world.ctx.db.query('select status from payout')
  assert.deepEqual(rows, [{ status: 'failed' }])
})

test('as long as an answer waits its key stands for the payout that was made', async () => {
  await using world = await ready()
  const key = { 'idempotency-key': 'once' }
  const first = post(world, key)
  let recorded = 0
  for (let looks = 0; recorded === 0 && looks < LOOKS_MAX; looks += 1) {
    recorded = (await world.ctx.db.query('select 1 as row from idempotency_record')).length
    await setImmediate()
  }
  assert.equal(recorded, 1)
  const second = await post(world, key)
  assert.equal(second.status, 409, second.text)
  const { reply } = await untilAnswered(world, first, true)
  assert.equal((await post(world, key)).text, reply.text)
  assert.equal((await world.ctx.db.query('select 1 as row from payout')).length, 1)
})
