import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PAYEES, payoutIn, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import { inDbTx } from '../shell/db.ts'
import { proceed } from './proceed.action.ts'

const USDT = 'USDT_BSC'
const WHOLE = 10n ** 18n

/** A payout as the reference knows it: where it stands, and what it takes, in whole dollars. */
type Known = { status: string; dispatched: boolean; takes: bigint }

/** All the reference there is: what may be spent, and each payout. */
type Model = { available: bigint; payouts: Known[] }
type Real = Readonly<{ world: PayoutWorld; ids: string[]; refusing: { on: boolean } }>
type Step = fc.AsyncCommand<Model, Real>

/** 5 000 dollars and more wait for their verification. */
const THRESHOLD = 5_000n

const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run,
  toString: () => name,
})

const create = (dollars: number): Step =>
  step(`create ${dollars}`, async (model, { world, ids }) => {
    const takes = BigInt(dollars)
    const body = { amount: dollars, currency: 'USDT', network: 'BSC' }
    const reply = await world.ask({ ...body, destination_address: PAYEES.evm })
    if (takes > model.available) {
      assert.equal(reply.status, 400, reply.text)
      return
    }
    model.available -= takes
    const status = takes >= THRESHOLD ? 'pending_verification' : 'processing'
    model.payouts.push({ status, dispatched: false, takes })
    ids.push(payoutIn(reply).id)
  })

const cancel = (place: number): Step =>
  step(`cancel ${place}`, async (model, { world, ids }) => {
    const one = model.payouts[place % Math.max(1, model.payouts.length)]
    const id = ids[place % Math.max(1, ids.length)]
    if (one === undefined) return
    const reply = await world.call(`/v1/payouts/${id}/cancel`, { method: 'POST' })
    const isOpen = one.status === 'pending_verification' || one.status === 'processing'
    if (isOpen && !one.dispatched) {
      one.status = 'canceled'
      model.available += one.takes
    }
    assert.equal(reply.status, one.status === 'canceled' ? 200 : 409)
  })

const verify = (place: number): Step =>
  step(`verify ${place}`, async (model, { world, ids }) => {
    const one = model.payouts[place % Math.max(1, model.payouts.length)]
    const id = ids[place % Math.max(1, ids.length)] ?? ''
    await inDbTx(world.ctx, (dbTx) =>
      proceed(world.ctx, dbTx, { book: world.book, payoutIds: [id] }),
    )
    if (one?.status === 'pending_verification') one.status = 'processing'
  })

const dispatchDue = step('dispatch', async (model, { world }) => {
  await world.dispatchDue()
  for (const one of model.payouts) if (one.status === 'processing') one.dispatched = true
})

const sendAll = step('send all', async (model, { world, refusing }) => {
  await world.sendAll(USDT)
  for (const one of model.payouts) {
    if (one.status !== 'processing') continue
    one.status = refusing.on ? 'failed' : 'completed'
    if (refusing.on) model.available += one.takes
  }
})

const refuse = (on: boolean): Step =>
  step(on ? 'nodes refuse' : 'nodes accept', async (_, { world, refusing }) => {
    await world.node(USDT).behave({ refuseBroadcasts: on })
    refusing.on = on
  })

/** Holds the whole against the reference. */
async function compare(model: Model, { world, ids }: Real): Promise<void> {
  const states = await Promise.all(ids.map(async (id) => (await world.payout(id)).status))
  assert.deepEqual(
    states,
    model.payouts.map((one) => one.status),
  )
  assert.equal(await world.available(USDT), model.available * WHOLE)
}

/**
 * Planted faults: a payout that is called back keeps its hold; `proceed` takes one that was called
 * back.
 */
test('payouts go through their states as a reference of twenty lines does', async () => {
  const commands = [
    fc.integer({ min: 1, max: 400 }).map(create),
    fc.integer({ min: 5_000, max: 6_000 }).map(create),
    fc.nat(9).map(cancel),
    fc.nat(9).map(verify),
    fc.constant(dispatchDue),
    fc.constant(sendAll),
    fc.boolean().map(refuse),
  ]
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 12 }), async (steps) => {
      await using world = await payoutWorld()
      await world.fund(USDT, '9000')
      await world.fund('BNB', '1')
      const model: Model = { available: 9_000n, payouts: [] }
      const real: Real = { world, ids: [], refusing: { on: false } }
      await fc.asyncModelRun(() => ({ model, real }), steps)
      await compare(model, real)
      await world.node(USDT).behave({ refuseBroadcasts: false })
      assert.deepEqual(await world.differences(USDT), [])
    }),
    { numRuns: 8 },
  )
})
