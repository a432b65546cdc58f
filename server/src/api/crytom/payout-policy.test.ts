import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { dataOf, payoutWorld, PAYEES, payoutIn, refusalIn } from '../../../test/payout-world.ts'
import { applyPolicyChangeJob } from '../../payouts/apply-policy-change.job.ts'
import { firstPolicy } from '../../payouts/policy.ts'
import { putPolicyInForce } from '../../payouts/policy.store.ts'
import { inDbTx } from '../../shell/db.ts'
import { runDueOnce } from '../../shell/job-loop.ts'
import { createApiKey } from '../../tenancy/api-keys.action.ts'

const Standing = z.looseObject({ status: z.string() })
const Id = z.looseObject({ id: z.string() })

const payout = {
  amount: '6000',
  currency: 'USDT',
  network: 'TRC20',
  destination_address: PAYEES.tron,
}

/** Seen to fail while those that shared a commit counted against each other. */
test('of payouts asked for at once, those go that would have gone one after the other', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  await inDbTx(world.ctx, (dbTx) =>
    putPolicyInForce(dbTx, world.book.bookId, {
      policy: {
        ...firstPolicy,
        approvers: 1,
        limits: [{ per: 'day', fromCents: 100_000n, then: 'approval' }],
      },
      now: world.ctx.clock.now(),
    }),
  )
  const asked = { ...payout, amount: '150' }
  const replies = await Promise.all(Array.from({ length: 10 }, () => world.ask(asked)))
  const states = replies.map((reply) => payoutIn(reply).status)
  assert.equal(states.filter((one) => one === 'processing').length, 6, states.join())
  assert.equal(states.filter((one) => one === 'pending_verification').length, 4)
})

test('a policy is proposed, takes effect, and has a payout approved by another key', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  const made = await createApiKey(world.ctx, world.book, { name: 'approver', isApprover: true })
  const approver = world.api.as(made.secretKey)
  const policy = {
    limits: [{ per: 'payout', from_usd: 100, then: 'approval' }],
    approvers: 1,
    listed_only: ['payout'],
    cooldown_hours: 0,
    change_delay_hours: 0,
  }
  const put = await world.call('/v1/payout-policy', { method: 'PUT', body: policy })
  assert.equal(put.status, 202, put.text)
  world.ctx.clock.advance(24 * 3_600_000)
  await runDueOnce(world.ctx, applyPolicyChangeJob(world.ctx))
  const shown = await world.call('/v1/payout-policy')
  assert.match(shown.text, /"version":1,.*"from_usd":"100"/)

  const body = { ...payout, amount: '100' }
  const unlisted = refusalIn(await world.ask(body))
  assert.deepEqual(unlisted, [409, 'policy_destination_unlisted'])
  const entry = { network: 'Tron', address: PAYEES.tron, label: 'Supplier' }
  const added = await world.post('/v1/payout-destinations', entry)
  assert.equal(added.status, 201)
  assert.equal((await world.post('/v1/payout-destinations', entry)).status, 200)
  const wrong = await world.post('/v1/payout-destinations', { ...entry, address: PAYEES.evm })
  assert.deepEqual(refusalIn(wrong), [400, 'destination_invalid'])
  assert.match((await world.call('/v1/payout-destinations')).text, /Supplier/)

  const { id } = payoutIn(await world.ask(body))
  const path = `/v1/payouts/${id}/approve`
  assert.deepEqual(refusalIn(await world.call(path, { method: 'POST' })), [403, 'not_an_approver'])
  const headers = { prefer: 'respond-async' }
  const approved = await approver(path, { method: 'POST', headers })
  assert.deepEqual([approved.status, dataOf(Standing, approved).status], [202, 'processing'])

  const other = payoutIn(await world.ask(body))
  const rejected = await approver(`/v1/payouts/${other.id}/reject`, { method: 'POST' })
  assert.equal(dataOf(Standing, rejected).status, 'canceled')
  const at = `/v1/payout-destinations/${dataOf(Id, added).id}`
  assert.equal((await world.call(at, { method: 'DELETE' })).status, 200)
  assert.deepEqual(refusalIn(await world.ask(body)), [409, 'policy_destination_unlisted'])

  const change = await world.call('/v1/payout-policy', { method: 'PUT', body: policy })
  const changes = `/v1/payout-policy/changes/${dataOf(Id, change).id}`
  assert.match((await approver(`${changes}/approve`, { method: 'POST' })).text, /"state":"waiting"/)
  assert.match((await approver(`${changes}/cancel`, { method: 'POST' })).text, /"state":"canceled"/)
})
