import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  coldWorld,
  COLD,
  moveColdDue,
  onChain,
  planOfCold,
  reserved,
  sendCold,
  SETTINGS,
  toTheEnd,
  Transfer,
  transferOf,
  treasuryOf,
  WHOLE,
} from '../../../test/cold-world.ts'
import {
  dataOf,
  PAYEES,
  payoutIn,
  payoutWorld,
  type PayoutWorld,
} from '../../../test/payout-world.ts'
import { paidWallets, USDT, usdt } from '../../../test/supply-world.ts'
import { dueOutgoings, sendDue, sendingIn } from '../../../test/sweep-world.ts'
import { sendOutgoing } from '../../custody/outgoing/send-outgoing.action.ts'
import { spendableOf } from '../../custody/spendable.action.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { inDbTx } from '../../shell/db.ts'
import { prepareCold } from './start-cold.action.ts'

const KEEP = 30n * WHOLE
const payout = (amount: number) => ({ amount, currency: USDT, destination_address: PAYEES.evm })

const outdated = (error: unknown): boolean => isError(error, 'sweeps.cold_plan_outdated')

/** Planted faults: what is held is not read again; what was promised is not looked at. */
test('coins that somebody was promised after the plan do not go cold', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  const start = await prepareCold(ctx, { book, asset: usdt })
  const { id } = payoutIn(await world.ask(payout(40)))
  await assert.rejects(inDbTx(ctx, start), outdated)
  const again = await prepareCold(ctx, { book, asset: usdt })
  await world.dispatchDue()
  await assert.rejects(inDbTx(ctx, again), outdated)
  await toTheEnd(world)
  assert.equal((await world.payout(id)).status, 'completed')
})

/** Planted fault: the terms of the plan are not compared with those in force. */
test('what was planned for a wallet that is removed meanwhile is not sent', async () => {
  await using world = await coldWorld('100')
  const { ctx, book } = world
  const start = await prepareCold(ctx, { book, asset: usdt })
  await world.call(`${SETTINGS}?currency=${USDT}`, { method: 'DELETE' })
  await assert.rejects(inDbTx(ctx, start), outdated)
})

/** Planted faults, both at once: nobody looks under the lock who was first, nor what is promised. */
test('of many who ask at once one begins', async () => {
  await using world = await coldWorld('100')
  const replies = await Promise.all(Array.from({ length: 5 }, () => sendCold(world)))
  assert.deepEqual(replies.map((one) => one.status).sort(), [202, 409, 409, 409, 409])
})

/** Planted fault: a treasury without coins for the fee is given none. */
test('in a fresh sandbox the fee comes from the faucet', async () => {
  await using world = await payoutWorld()
  await world.call(SETTINGS, { method: 'PUT', body: { currency: USDT, address: COLD, keep: '0' } })
  await world.pass(86_400_000)
  await world.fund(USDT, '100')
  const { id } = dataOf(Transfer, await sendCold(world))
  await toTheEnd(world)
  assert.equal((await transferOf(world, id)).status, 'completed')
  assert.equal(await onChain(world, COLD), 100n * WHOLE)
})

/** Planted fault: its name is drawn anew, so that it is paid once more. */
test('a transfer that only the signer remembers is taken over, and not made twice', async () => {
  await using world = await coldWorld('100')
  const { db } = world.ctx
  const { id } = dataOf(Transfer, await sendCold(world))
  for (let step = 0; step < 3; step += 1) await sendDue(world)
  const [sent] = await db.query<{ tx_hash: string; slots: string[] }>(
    'select tx_hash, slots from outgoing_attempt',
  )
  assert.ok(sent)
  // The copy of the database is from before it was asked for.
  for (const table of ['outgoing_attempt', 'sending_key', 'outgoing', 'cold_transfer']) {
    await db.query(`delete from ${table}`)
  }
  await world.mine(USDT, 15)
  await world.fund(USDT, '5')
  const again = dataOf(Transfer, await world.post('/v1/sweeps/cold', { currency: USDT }))
  assert.deepEqual([again.id, again.amount], [id, '5'])
  const payments = [{ to: COLD, asset: usdt.id, units: `${70n * WHOLE}` }] as const
  const earlier = { intent: id, txHash: sent.tx_hash, slots: sent.slots, payments }
  const sending = { ...sendingIn(world), signedBefore: () => Promise.resolve([earlier]) }
  for (let step = 0; step < 6; step += 1) {
    for (const key of await dueOutgoings(world)) await sendOutgoing(sending, key)
    await world.mine(USDT, 4)
  }
  const done = await transferOf(world, id)
  assert.deepEqual([done.status, done.amount], ['completed', '70'])
  assert.equal(await onChain(world, COLD), 70n * WHOLE)
  assert.deepEqual(await world.differences(USDT), [])
})

type Step = Readonly<{ kind: 'fund' | 'sweep' | 'pay' | 'dispatch' | 'cold' | 'send' | 'mine' }>

const anySteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('fund', 'sweep', 'pay', 'dispatch', 'cold', 'cold', 'send', 'mine'),
  }),
  { minLength: 6, maxLength: 14 },
)

/** Two payouts of which only one has its coins in the treasury. */
const STUCK: readonly Step[] = [{ kind: 'cold' }, { kind: 'pay' }, { kind: 'pay' }]

/** What the treasury can spend. */
async function spendable(world: PayoutWorld): Promise<bigint> {
  const { ctx, book } = world
  const chain = ctx.chains.of(book, usdt.chain)
  assert.ok(chain)
  const address = await treasuryOf(world)
  const enough = units(10n ** 40n)
  return spendableOf(ctx, { book, chain, address, asset: usdt.id, enough })
}

async function play(world: PayoutWorld, { kind }: Step): Promise<void> {
  if (kind === 'fund') await world.fund(USDT, '25')
  if (kind === 'sweep') {
    await paidWallets(world, ['17'])
    await world.post('/v1/sweeps', { currency: USDT })
  }
  if (kind === 'pay') await world.ask(payout(20))
  if (kind === 'dispatch') await world.dispatchDue()
  if (kind === 'send') await sendDue(world)
  if (kind === 'mine') await world.mine(USDT, 15)
  if (kind !== 'cold') return
  await moveColdDue(world)
  const held = await reserved(world)
  const { status } = await sendCold(world)
  if (status !== 202) return
  assert.ok((await spendable(world)) >= KEEP + held, 'what stays is there')
}

/** Planted faults: what stays, or what payouts hold, is sent too. */
test('whatever happens in whatever order, what stays hot is there after what goes cold', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      await using world = await coldWorld('80')
      for (const step of steps) await play(world, step)
      // Payouts whose coins lie cold go on waiting.
      for (let rounds = 0; rounds < 12; rounds += 1) {
        await world.dispatchDue()
        await sendDue(world)
        await world.mine(USDT, 4)
      }
      assert.deepEqual(await world.differences(USDT), [])
      const { 'custody.cold USDT_BSC': cold = 0n } = await world.holdings()
      assert.equal(await onChain(world, COLD), cold)
      assert.ok((await planOfCold(world)).keep === '30')
    }),
    { numRuns: 5, examples: [[STUCK]] },
  )
})
