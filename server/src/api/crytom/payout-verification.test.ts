import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { Reply } from '../../../test/api.ts'
import {
  payoutWorld,
  PAYEES,
  payoutIn,
  refusalIn,
  type PayoutWorld,
} from '../../../test/payout-world.ts'
import { sendDue } from '../../../test/sweep-world.ts'
import { openMailers } from '../../main/mailers.ts'
import { runDueOnce } from '../../shell/job-loop.ts'
import { sendMailJob } from '../../shell/mail/send-mail.job.ts'

const Standing = z.object({
  message: z.string().optional(),
  data: z.object({
    payout_id: z.string(),
    status: z.string(),
    awaiting: z.array(z.string()),
    approvals: z.number(),
    approvers: z.number(),
  }),
})
const Mails = z.object({
  data: z.array(z.object({ payout_id: z.string(), code: z.string().nullable(), to: z.string() })),
})

const payout = {
  amount: '6000',
  currency: 'USDT',
  network: 'TRC20',
  destination_address: PAYEES.tron,
}
const standing = (reply: Reply) => {
  assert.ok(reply.status < 300, reply.text)
  return { status: reply.status, ...Standing.parse(reply.json) }
}

/** Sends what mail waits, and reads the code for a payout as its owner would in the sandbox. */
async function codeFor(world: PayoutWorld, id: string): Promise<string> {
  await using opened = await openMailers(world.ctx)
  await runDueOnce(world.ctx, sendMailJob({ ...world.ctx, mailers: opened.mailers }))
  const { data } = Mails.parse((await world.call('/v1/sandbox/mails')).json)
  return data.find((one) => one.payout_id === id)?.code ?? assert.fail('no mail')
}

/** Seen to fail while the list was read without waiting for what is on its way. */
test('whoever has just made a large payout finds its code among the mails', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  const { id } = payoutIn(await world.ask(payout))
  await using opened = await openMailers(world.ctx)
  const done: { reply?: Reply } = {}
  const asked = world.call('/v1/sandbox/mails').then((reply) => (done.reply = reply))
  await world.ctx.db.query('select 1 as turn')
  await setImmediate()
  assert.equal(done.reply, undefined)
  await runDueOnce(world.ctx, sendMailJob({ ...world.ctx, mailers: opened.mailers }))
  while (done.reply === undefined) {
    await setImmediate()
    world.ctx.clock.advance(50)
  }
  const { data } = Mails.parse((await asked).json)
  assert.match(data.find((one) => one.payout_id === id)?.code ?? '', /^\d{6}$/)
})

/** Gives the right code, and lets time pass, and what sends do its work, until there is an answer. */
async function verified(
  world: PayoutWorld,
  id: string,
  isSending: 'sending' | 'nothing is sent' = 'sending',
): Promise<Reply> {
  const body = { otp_code: await codeFor(world, id) }
  const done: { reply?: Reply } = {}
  const path = `/v1/payouts/${id}/verify`
  void world.call(path, { method: 'POST', body }).then((reply) => (done.reply = reply))
  while (done.reply === undefined) {
    if (isSending === 'sending') {
      await world.dispatchDue()
      await sendDue(world)
    }
    await world.ctx.db.query('select 1 as turn')
    await setImmediate()
    world.ctx.clock.advance(10)
  }
  return done.reply
}

test('a payout of 6 000 dollars is sent when the code from its mail was given', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  const { id, status } = payoutIn(await world.ask(payout))
  assert.equal(status, 'pending_verification')
  const code = await codeFor(world, id)
  const wrong = code === '000000' ? '000001' : '000000'
  const path = `/v1/payouts/${id}/verify`
  assert.deepEqual(refusalIn(await world.post(path, {})), [400, 'otp_needed'])
  assert.deepEqual(refusalIn(await world.post(path, { otp_code: '12345' })), [
    400,
    'invalid_request',
  ])
  assert.deepEqual(refusalIn(await world.post(path, { otp_code: wrong })), [400, 'otp_wrong'])
  const passed = standing(await world.post(path, { otp_code: code }))
  assert.deepEqual(passed, {
    status: 202,
    data: { payout_id: id, status: 'processing', awaiting: [], approvals: 0, approvers: 0 },
  })
  assert.deepEqual(refusalIn(await world.post(path, { otp_code: code })), [409, 'otp_used'])
  await world.sendAll('USDT_TRC20')
  assert.equal((await world.payout(id)).status, 'completed')
  assert.deepEqual(await world.eventsOf(id), [
    'payout.created',
    'payout.processing',
    'payout.completed',
  ])
})

/** Planted faults: the answer given at once; time that is up taken for a broadcast. */
test('verifying answers as the document shows it once nodes have accepted the transaction', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  await world.fund('TRX', '1000')
  const { id } = payoutIn(await world.ask(payout))
  const reply = await verified(world, id)
  assert.deepEqual(standing(reply), {
    status: 200,
    message: 'Payout verified and broadcast successfully.',
    data: { payout_id: id, status: 'processing', awaiting: [], approvals: 0, approvers: 0 },
  })
  const attempts = await world.ctx.db.query('select broadcast from outgoing_attempt')
  assert.deepEqual(attempts, [{ broadcast: 'accepted' }])
  const late = payoutIn(await world.ask(payout))
  assert.equal(standing(await verified(world, late.id, 'nothing is sent')).status, 202)
})

/** Planted fault: the answer given at once. */
test('verifying answers with the failure when every node refuses, and the money is back', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  await world.fund('TRX', '1000')
  const { id } = payoutIn(await world.ask(payout))
  await world.node('USDT_TRC20').behave({ refuseBroadcasts: true })
  const reply = await verified(world, id)
  assert.deepEqual(refusalIn(reply), [400, 'broadcast_failure'])
  assert.match(reply.text, /"rollback_confirmed":true/)
  assert.equal((await world.payout(id)).status, 'failed')
  assert.equal(await world.available('USDT_TRC20'), 20_000_000_000n)
})

/** Seen to fail when whoever gave the code was told that it had been broadcast. */
test('a payout that is called back while its code is answered is told as canceled', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  const { id } = payoutIn(await world.ask(payout))
  const body = { otp_code: await codeFor(world, id) }
  const done: { reply?: Reply } = {}
  const path = `/v1/payouts/${id}`
  void world.call(`${path}/verify`, { method: 'POST', body }).then((reply) => (done.reply = reply))
  const isProcessing = async () => payoutIn(await world.call(path)).status === 'processing'
  while (!(await isProcessing())) await setImmediate()
  assert.equal((await world.call(`${path}/cancel`, { method: 'POST' })).status, 200)
  while (done.reply === undefined) {
    await setImmediate()
    world.ctx.clock.advance(10)
  }
  const { status, message, data } = standing(done.reply)
  assert.deepEqual([status, message, data.status], [200, undefined, 'canceled'])
})

test('a code is sent again, and an unknown payout looks like one of somebody else', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '20000')
  const { id } = payoutIn(await world.ask(payout))
  const path = `/v1/payouts/${id}/resend`
  const [status, word] = refusalIn(await world.post(path, {}))
  assert.deepEqual([status, word], [429, 'resend_too_soon'])
  world.ctx.clock.advance(60_000)
  assert.equal((await world.call(path, { method: 'POST' })).status, 202)
  const foreign = world.api.as(world.api.secretKeys.live)
  const unknown = [404, 'payout_unknown']
  for (const verb of ['verify', 'resend', 'approve', 'reject']) {
    const body = verb === 'verify' ? { otp_code: '123456' } : undefined
    const reply = await foreign(`/v1/payouts/${id}/${verb}`, { method: 'POST', body })
    assert.deepEqual(refusalIn(reply), unknown, verb)
  }
  assert.equal((await foreign('/v1/sandbox/mails')).status, 404)
})
