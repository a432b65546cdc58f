import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { explanationOf, kindsOf, type ExplanationView } from '../../test/explanation-view.ts'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import { sendDue, sweepToTheEnd } from '../../test/sweep-world.ts'

const USDT = 'USDT_BSC'
const answer = <Data>(schema: z.ZodType<Data>, json: unknown): Data =>
  z.object({ data: schema }).parse(json).data

async function startedSweep(world: PaymentWorld): Promise<string> {
  const body = { customer_id: 'c1', currency: 'USDT', network: 'BSC' }
  const opened = await world.call('/v1/wallets', { method: 'POST', body })
  const { deposit_address: to } = answer(
    z.looseObject({ deposit_address: z.string() }),
    opened.json,
  )
  await world.send({ to, currency: USDT, amount: '250.5' })
  await world.mine(USDT, 15)
  const plan = await world.call(`/v1/sweeps/plan?currency=${USDT}`)
  const { treasury } = answer(z.looseObject({ treasury: z.string() }), plan.json)
  await world.send({ to: treasury, currency: 'BNB', amount: '1' })
  await world.mine(USDT, 15)
  const begun = await world.call('/v1/sweeps', { method: 'POST', body: { currency: USDT } })
  assert.equal(begun.status, 202, begun.text)
  return answer(z.looseObject({ id: z.string() }), begun.json).id
}

const reasonOf = ({ state, reason, waits_for }: ExplanationView): string =>
  `${state}: ${reason.code}, waits for ${waits_for ?? 'nobody'}`

/** Seen to fail when what went out was not read, and with broadcasts left out. */
test('a sweep says at every step what it waits for', async () => {
  await using world = await paymentWorld()
  const id = await startedSweep(world)
  const said: string[] = []
  const look = async (): Promise<ExplanationView> => {
    const told = await explanationOf(world.call, `/v1/sweeps/${id}`)
    if (said.at(-1) !== reasonOf(told)) said.push(reasonOf(told))
    return told
  }
  await look()
  for (let steps = 0; steps < 4; steps += 1) {
    await world.pass(1)
    await sendDue(world)
    await look()
  }
  await world.mine(USDT, 1)
  await sendDue(world)
  await look()
  await sweepToTheEnd(world, USDT)
  const done = await look()
  assert.deepEqual(said, [
    'sending: not_built_yet, waits for sender',
    'sending: not_signed_yet, waits for signer',
    'sending: not_broadcast_yet, waits for chain',
    'sending: not_mined_yet, waits for chain',
    'sending: not_final_yet, waits for confirmations',
    'completed: swept, waits for nobody',
  ])
  const steps = ['created', 'quoted', 'planned', 'built', 'signed', 'broadcast', 'mined', 'final']
  assert.deepEqual(kindsOf(done), [...steps, 'booked', 'changed'])
  const hash = done.timeline.find((fact) => fact.kind === 'signed')?.reference.tx_hash
  const mined = done.timeline.find((fact) => fact.kind === 'mined')
  assert.ok(hash && mined?.reference.tx_hash === hash && mined.reference.block)
})

test('a sweep that nobody took says that nothing was sent, and why', async () => {
  await using world = await paymentWorld()
  const id = await startedSweep(world)
  await world.node(USDT).behave({ refuseBroadcasts: true })
  for (let step = 0; step < 5; step += 1) await sendDue(world)
  const told = await explanationOf(world.call, `/v1/sweeps/${id}`)
  assert.equal(reasonOf(told), 'failed: not_swept, waits for nobody')
  assert.match(told.reason.message, /the node refused it/)
  assert.ok(kindsOf(told).includes('failed'))
  assert.equal((await world.call('/v1/sweeps/swp_x/explain')).status, 404)
})
