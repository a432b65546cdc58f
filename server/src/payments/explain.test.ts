import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanationOf, kindsOf, type ExplanationView } from '../../test/explanation-view.ts'
import {
  addressOf,
  applyTo,
  caseOf,
  dollars,
  openSession,
  pay,
  readSession,
} from '../../test/payment-play.ts'
import type { View } from '../../test/payment-view.ts'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import { resolveAsset } from '../money/alias.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { advanceClock } from '../tenancy/advance-clock.action.ts'

const HOUR = 3_600_000

const explained = (world: PaymentWorld, { id }: View): Promise<ExplanationView> =>
  explanationOf(world.call, `/v1/payments/${id}`)

const reasonOf = ({ state, reason, waits_for }: ExplanationView): string =>
  `${state}: ${reason.code}, waits for ${waits_for ?? 'nobody'}`

/** Seen to fail with blocks counted to the newest one, and coins in no block taken for mined. */
test('a payment says what it waits for from its making to its end', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const first = await explained(world, session)
  assert.equal(reasonOf(first), 'pending: nothing_seen, waits for payer')
  assert.equal(first.next_at?.slice(0, 19), session.expires_at.slice(0, 19))
  const txHash = await pay(world, session, { amount: '100' })
  const seen = await explained(world, session)
  assert.equal(reasonOf(seen), 'confirming: not_in_block, waits for chain')
  await world.mine('USDT_BSC', 1)
  const mined = await explained(world, session)
  assert.equal(reasonOf(mined), 'confirming: confirmations, waits for confirmations')
  assert.match(mined.reason.message, /^100 USDT_BSC .* in block \d+ of BNB Chain: \d+ more until/)
  await world.mine('USDT_BSC', 20)
  const done = await explained(world, session)
  assert.equal(reasonOf(done), 'confirmed: paid, waits for nobody')
  const happened = ['created', 'quoted', 'seen', 'in_block', 'credited', 'changed', 'changed']
  assert.deepEqual([...kindsOf(done)].sort(), happened.sort())
  const credited = done.timeline.find((fact) => fact.kind === 'credited')
  assert.equal(credited?.reference.tx_hash, txHash)
  assert.equal(
    credited?.sentence,
    '100 USDT_BSC are sure enough by now, and credited: 100 USDT_BSC to merchant.available.',
  )
})

/** Seen to fail with the payment's cases left out, and with the events of the whole book. */
test('late coins wait for a decision, and the exception says which there are', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await world.pass(HOUR)
  assert.equal(reasonOf(await explained(world, session)), 'expired: expired, waits for nobody')
  await pay(world, session, { amount: '30' })
  assert.equal(reasonOf(await explained(world, session)), 'expired: late, waits for chain')
  await world.mine('USDT_BSC', 20)
  const waiting = await explained(world, session)
  assert.equal(reasonOf(waiting), 'expired: late, waits for decision')
  const one = await caseOf(world, session, 'late')
  assert.ok(one && waiting.what_to_do?.includes(`/v1/exceptions/${one.id}/`))
  const open = await explanationOf(world.call, `/v1/exceptions/${one.id}`)
  assert.equal(reasonOf(open), 'open: late, waits for decision')
  assert.deepEqual(kindsOf(open), ['seen', 'in_block', 'credited', 'exception_opened'])
  await world.pass(1)
  await applyTo(world, one, 'credit')
  const ended = await explanationOf(world.call, `/v1/exceptions/${one.id}`)
  assert.equal(reasonOf(ended), 'resolved: resolved_by_credit, waits for nobody')
  assert.deepEqual(kindsOf(ended).slice(4), ['booked', 'exception_resolved'])
})

test('what is missing of a payment is said to the last unit', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  await pay(world, session, { amount: '99.5' })
  const short = await explained(world, session)
  assert.equal(reasonOf(short), 'pending: underpaid, waits for payer')
  assert.match(short.reason.message, / 0\.5 USDT_BSC are missing/)
})

/** Seen to fail with the events of the whole book. */
test('of two payments in one transaction each tells its own part', async () => {
  await using world = await paymentWorld()
  const sessions = [await openSession(world), await openSession(world)] as const
  const asset = resolveAsset({ currency: 'USDT_BSC' }).id
  const output = (session: View, whole: number) => ({
    to: addressOf(session, 'USDT_BSC'),
    asset,
    units: units(dollars(whole)),
  })
  const outputs = [output(sessions[0], 100), output(sessions[1], 101)] as const
  await world.node('USDT_BSC').send('normal', outputs)
  await world.settle()
  await world.mine('USDT_BSC', 20)
  const [one, other] = await Promise.all(sessions.map((session) => explained(world, session)))
  assert.ok(one && other)
  const referenced = ({ timeline }: ExplanationView): readonly string[] =>
    timeline.flatMap(({ reference }) =>
      [reference.entry_id, reference.event_id, reference.object_id].filter((id) => id !== null),
    )
  assert.ok(referenced(one).length > 3)
  assert.deepEqual(
    referenced(one).filter((id) => referenced(other).includes(id)),
    [],
  )
  assert.ok(one.timeline.every((fact) => !fact.sentence.includes('101')))
  assert.equal(reasonOf(other), 'confirmed: overpaid, waits for decision')
})

/** Seen to fail when the journal's times were told as they are kept. */
test('what comes after the clock of a sandbox was moved is told after it', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const { book } = world
  await inDbTx(world.ctx, (dbTx) => advanceClock(world.ctx, dbTx, { book, seconds: 7_200 }))
  await world.pass(1)
  await world.pass(1)
  await pay(world, session, { amount: '30' })
  await world.mine('USDT_BSC', 20)
  const late = await explained(world, session)
  const expired = late.timeline.findIndex((fact) => fact.source === 'clock')
  assert.equal(late.timeline[expired]?.kind, 'changed')
  assert.ok(kindsOf(late).indexOf('in_block') > expired)
  assert.ok(kindsOf(late).indexOf('credited') > expired)
})

test('coins that a fork took back are waited for, and the timeline keeps both', async () => {
  await using world = await paymentWorld()
  const session = await openSession(world)
  const txHash = await pay(world, session, { amount: '100' })
  await world.mine('USDT_BSC', 2)
  await world.node('USDT_BSC').reorg(3, [txHash])
  await world.settle()
  const gone = await explained(world, session)
  assert.equal(reasonOf(gone), 'pending: reverted, waits for chain')
  assert.ok(kindsOf(gone).includes('in_block') && kindsOf(gone).includes('reverted'))
  assert.equal((await readSession(world, session)).status, gone.state)
})

test('each face explains its own ids, and a foreign one is not found', async () => {
  await using world = await paymentWorld()
  const { id } = await openSession(world)
  assert.equal((await explanationOf(world.call, `/v1/checkout/sessions/${id}`)).id, id)
  for (const path of [`/v1/invoices/${id}`, '/v1/payments/pay_x', '/v1/exceptions/exc_x']) {
    assert.equal((await world.call(`${path}/explain`)).status, 404)
  }
})
