import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { explanationOf, kindsOf, type ExplanationView } from '../../test/explanation-view.ts'
import { dataOf, PAYEES, payoutIn, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import { usdt } from '../../test/supply-world.ts'
import { dueOutgoings, sendDue, sendingIn } from '../../test/sweep-world.ts'
import { verificationWorld } from '../../test/verification-world.ts'
import { sendOutgoing } from '../custody/outgoing/send-outgoing.action.ts'
import { isWaiting } from '../explain/explanation.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { revokeApiKey } from '../tenancy/api-keys.action.ts'
import { approve } from './decide.action.ts'
import { dispatchJob } from './dispatch.job.ts'
import { findPayoutExplanation } from './explain-payout.action.ts'
import { firstPolicy } from './policy.ts'

const USDT = 'USDT_BSC'

async function funded(amount: string): Promise<PayoutWorld> {
  const world = await payoutWorld()
  await world.fund(USDT, amount)
  await world.fund('BNB', '1')
  return world
}

const toPayee = (amount: number) => ({ amount, currency: 'USDT', network: 'BEP20' })

const reasonOf = ({ state, reason, waits_for }: ExplanationView): string =>
  `${state}: ${reason.code}, waits for ${waits_for ?? 'nobody'}`

const look = (world: PayoutWorld, id: string) => explanationOf(world.call, `/v1/payouts/${id}`)

/** Seen to fail when what is sent was looked up by the payout and not by its dispatch. */
test('a payout says at every step what it waits for, and where each fact is known from', async () => {
  await using world = await funded('1000')
  const body = { ...toPayee(100), destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(body))
  const said: string[] = []
  const note = async (): Promise<ExplanationView> => {
    const told = await look(world, id)
    if (said.at(-1) !== reasonOf(told)) said.push(reasonOf(told))
    assert.equal(told.state, (await world.payout(id)).status)
    return told
  }
  await note()
  await world.dispatchDue()
  await note()
  for (let steps = 0; steps < 4; steps += 1) {
    await world.pass(1)
    await sendDue(world)
    await note()
  }
  await world.mine(USDT, 1)
  await sendDue(world)
  await note()
  await world.sendAll(USDT)
  const done = await note()
  assert.deepEqual(said, [
    'processing: reserved, waits for sender',
    'processing: not_built_yet, waits for sender',
    'processing: not_signed_yet, waits for signer',
    'processing: not_broadcast_yet, waits for chain',
    'processing: not_mined_yet, waits for chain',
    'processing: not_final_yet, waits for confirmations',
    'completed: paid_out, waits for nobody',
  ])
  for (const kind of ['created', 'quoted', 'planned', 'built', 'signed', 'broadcast', 'mined']) {
    assert.equal(kindsOf(done).filter((one) => one === kind).length, 1, kind)
  }
  const { tx_hash: hash } = await world.payout(id)
  const signed = done.timeline.find((fact) => fact.kind === 'signed')
  assert.equal(signed?.source, 'signer')
  assert.equal(signed.reference.tx_hash, hash)
  assert.ok(done.timeline.some(({ sentence }) => sentence.startsWith('Booked as payoutSettled')))
})

/** Seen to fail when the entry that holds a whole batch was told whole. */
test('of a batch each payout tells its own part, and the batch how far it is', async () => {
  await using world = await funded('1000')
  const destinations = [
    { ...toPayee(11), address: PAYEES.evm },
    { ...toPayee(22), address: PAYEES.evmToo },
  ]
  const begun = await world.post('/v1/payouts/mass', { batch_reference: 'pay', destinations })
  const { batch_id: batchId } = dataOf(z.looseObject({ batch_id: z.string() }), begun)
  const open = await look(world, batchId)
  assert.equal(reasonOf(open), 'processing: reserved, waits for sender')
  assert.match(open.reason.message, /^2 of its payouts are being sent\. One of them, po_/)
  const listed = await world.call(`/v1/payouts?batch_id=${batchId}`)
  const payouts = dataOf(z.array(z.looseObject({ id: z.string(), amount: z.number() })), listed)
  await world.sendAll(USDT)
  for (const { id, amount } of payouts) {
    const told = JSON.stringify((await look(world, id)).timeline)
    assert.ok(told.includes(`${amount} USDT_BSC`) && told.includes('payoutReserved'))
    const other = amount === 11 ? 22 : 11
    assert.ok(!told.includes(` ${other} USDT_BSC`) && !told.includes(`"${other} USDT_BSC`))
  }
  const done = await look(world, batchId)
  assert.equal(reasonOf(done), 'completed: paid_out, waits for nobody')
  assert.equal((await world.call('/v1/payouts/po_x/explain')).status, 404)
  assert.equal((await world.call('/v1/payouts/batch_x/explain')).status, 404)
})

/** Seen to fail while whatever held a payout up was told as coins that are missing. */
test('a payout that is held up says by what', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '100')
  const body = { ...toPayee(100), destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(body))
  const toldWhen = async (change: Partial<typeof world.ctx>): Promise<string> => {
    const ctx = { ...world.ctx, ...change }
    world.ctx.clock.advance(60_000)
    await runDueOnce(ctx, dispatchJob(ctx))
    return reasonOf(await look(world, id))
  }
  const faucet = { fill: () => Promise.resolve('none' as const) }
  assert.equal(await toldWhen({ faucet }), 'processing: fee_coins_missing, waits for coins')
  const chains = { ...world.ctx.chains, of: () => undefined }
  assert.equal(await toldWhen({ chains }), 'processing: held_up, waits for operator')
  await world.fund('BNB', '1')
  assert.equal(await toldWhen({}), 'processing: not_built_yet, waits for sender')
})

/** Seen to fail while it was told to give a code, which nobody had asked for. */
test('a payout that may have been paid before waits for somebody to look, and not for a code', async () => {
  await using world = await funded('1000')
  const body = { ...toPayee(100), destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(body))
  await world.dispatchDue()
  const payments = [{ to: PAYEES.evmToo, asset: usdt.id, units: '1' }]
  const before = { intent: id, txHash: '0x1', slots: [], payments }
  const sending = { ...sendingIn(world), signedBefore: () => Promise.resolve([before]) }
  for (const key of await dueOutgoings(world)) await sendOutgoing(sending, key)
  const told = await look(world, id)
  assert.equal(reasonOf(told), 'processing: has_to_be_looked_at, waits for operator')
  assert.match(told.what_to_do ?? '', /^Do not pay again before/)
})

test('a payout that no node took says that its money is back', async () => {
  await using world = await funded('1000')
  await world.node(USDT).behave({ refuseBroadcasts: true })
  const body = { ...toPayee(100), destination_address: PAYEES.evm }
  const { id } = payoutIn(await world.ask(body))
  await world.sendAll(USDT)
  const told = await look(world, id)
  assert.equal(reasonOf(told), 'failed: rolled_back, waits for nobody')
  assert.equal(told.what_to_do, 'It is safe to pay again.')
  assert.ok(told.timeline.some(({ sentence }) => /payoutReleased.*no longer held/.test(sentence)))
})

/** Seen to fail while approvals of keys that were revoked since were counted. */
test('an explanation counts the approvals that count', async () => {
  await using world = await verificationWorld()
  const { ctx, book, keys } = world
  const limits = [{ per: 'payout', fromCents: 10_000n, then: 'approval' }] as const
  await world.policy({ ...firstPolicy, approvers: 2, limits })
  const id = await world.one({ dollars: '100' })
  const approveBy = (keyId: string) =>
    inDbTx(ctx, (dbTx) => approve(ctx, dbTx, { book, id, keyId }))
  await approveBy(keys.first)
  await revokeApiKey(ctx, { bookId: book.bookId, keyId: keys.first })
  await approveBy(keys.second)
  const { reason } = await findPayoutExplanation(ctx.db, book, id)
  assert.ok(isWaiting(reason))
  assert.match(reason.message, /^1 of 2 approvals were given/)
})

/** Seen to fail when the time for the code was told as the time for the review. */
test('a payout that waits for its code says until when, and never which', async () => {
  await using world = await verificationWorld()
  const id = await world.one({ dollars: '6000' })
  const { db } = world.ctx
  const open = await findPayoutExplanation(db, world.book, id)
  assert.equal(open.state, 'pending_verification')
  assert.ok(isWaiting(open.reason))
  assert.equal(open.reason.waitsFor, 'code')
  const sent = open.timeline.find((fact) => fact.kind === 'code_sent')
  assert.equal(open.reason.nextAt, (sent?.at ?? 0) + 600_000)
  const mail = await world.mail(id)
  assert.ok(mail && !JSON.stringify(open).includes(mail.code))
  await world.give(id, mail.code)
  const passed = await findPayoutExplanation(db, world.book, id)
  assert.equal(passed.state, 'processing')
  assert.ok(passed.timeline.some((fact) => fact.kind === 'verified'))
  assert.ok(!JSON.stringify(passed).includes(mail.code))
})
